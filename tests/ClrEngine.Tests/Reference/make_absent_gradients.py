# python3 make_absent_gradients.py (PyTorch): writes pytorch-absent-gradients.json beside itself.
# Four parameters; at step t the gradient of parameter k is cos(0.7 * i + t + k) at its element i, where it has one.
import json
import math
import os

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = [3, 2, 4, 1]
STEPS = 12
PRESENT = [
    lambda t: t != 4 and t != 0,
    lambda t: t >= 5,
    lambda t: t % 2 == 1,
    lambda t: False,
]
CASES = [
    ("Sgd", dict(momentum=0.0, weight_decay=0.01), {}),
    ("Sgd", dict(momentum=0.9, weight_decay=0.01), {}),
    ("Sgd", dict(momentum=0.9, weight_decay=0.01, nesterov=True), {}),
    ("Sgd", dict(momentum=0.9, weight_decay=0.01, dampening=0.3), {}),
    ("Sgd", dict(momentum=0.9, weight_decay=0.0, dampening=0.3), {"momentum": [0.0 if t < 6 else 0.8 for t in range(STEPS)]}),
    ("Adam", dict(weight_decay=0.01), {}),
    ("AdamW", dict(weight_decay=0.1), {}),
    ("RMSprop", dict(alpha=0.9, weight_decay=0.01), {}),
    ("RMSprop", dict(alpha=0.9, weight_decay=0.01, momentum=0.8), {}),
    ("Sgd", dict(momentum=0.9, weight_decay=0.01), {"clip": 0.5}),
    ("Adam", dict(weight_decay=0.01), {"clip": 0.5}),
]
KINDS = {"Sgd": torch.optim.SGD, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW, "RMSprop": torch.optim.RMSprop}


def run(kind, settings, extra):
    parameters = [nn.Parameter(torch.tensor([math.sin(1.0 + i + k) for i in range(size)])) for k, size in enumerate(SIZES)]
    optimizer = KINDS[kind](parameters, lr=0.05, **settings)
    for t in range(STEPS):
        for k, parameter in enumerate(parameters):
            parameter.grad = torch.tensor([math.cos(0.7 * i + t + k) for i in range(SIZES[k])]) if PRESENT[k](t) else None
        if "momentum" in extra:
            optimizer.param_groups[0]["momentum"] = extra["momentum"][t]
        if "clip" in extra:
            torch.nn.utils.clip_grad_norm_(parameters, extra["clip"])
        optimizer.step()
    return [parameter.tolist() for parameter in parameters]


cases = [
    {"kind": kind, "settings": settings, **extra, "parameters": run(kind, settings, extra)}
    for kind, settings, extra in CASES
]
present = [[bool(has(t)) for has in PRESENT] for t in range(STEPS)]
with open(os.path.join(HERE, "pytorch-absent-gradients.json"), "w") as file:
    json.dump({"torch": torch.__version__, "lr": 0.05, "sizes": SIZES, "present": present, "cases": cases}, file, indent=1)
    file.write("\n")
