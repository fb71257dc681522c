"""The rates of PyTorch's schedulers that fall, step by step: python3 make_decays.py > pytorch-decay-lr.json

Each case has the name of a scheduler, its first rate, its arguments, and the rate in force for each step from 0 on.
A cosine is read to its end alone: there it turns up again in PyTorch. Those of plateaus have the loss of each epoch, after which the rate is set.
"""
import json
import math

import torch
from torch.optim import lr_scheduler

CASES = [
    ("LinearLR", 0.1, dict(start_factor=1.0, end_factor=0.01, total_iters=12), 16),
    ("LinearLR", 3e-4, dict(start_factor=1.0, end_factor=0.0, total_iters=7), 10),
    ("PolynomialLR", 0.1, dict(total_iters=12, power=0.9), 16),
    ("PolynomialLR", 2.0, dict(total_iters=9, power=2.0), 11),
    ("PolynomialLR", 0.01, dict(total_iters=1, power=1.0), 3),
    ("CosineAnnealingLR", 0.1, dict(T_max=12, eta_min=0.0), 13),
    ("CosineAnnealingLR", 0.5, dict(T_max=7, eta_min=1e-3), 8),
    ("ExponentialLR", 0.1, dict(gamma=0.7), 21),
    ("ExponentialLR", 3.0, dict(gamma=0.99), 21),
    ("StepLR", 0.1, dict(step_size=3, gamma=0.1), 14),
    ("StepLR", 0.5, dict(step_size=1, gamma=0.9), 12),
    ("MultiStepLR", 0.1, dict(milestones=[4, 5, 9], gamma=0.2), 13),
    ("MultiStepLR", 0.2, dict(milestones=[6], gamma=0.1), 9),
]


# A loss that is hardly better, one that is much better behind a plateau, and one that is not a number.
PLATEAUS = [
    (dict(patience=2, factor=0.5), [3, 2, 2, 1.99999, 2.5, 2.1, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.0, 1.1]),
    (dict(patience=0, factor=0.1), [1, 1, 0.5, 0.6, math.nan, 0.4, 0.39999, 0.3]),
    (dict(patience=1, factor=0.25), [math.nan, math.nan, 2, 2, 2, 2, 1.9998, 1.9]),
]


def rates(name, lr, arguments, count):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = getattr(lr_scheduler, name)(optimizer, **arguments)
    for _ in range(count):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


def plateau(arguments, losses):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **arguments)
    for loss in losses:
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step(loss)


cases = [dict(scheduler=name, lr=lr, config=arguments, rates=list(rates(name, lr, arguments, count))) for name, lr, arguments, count in CASES]
plateaus = [dict(config=arguments, losses=["NaN" if math.isnan(loss) else loss for loss in losses], rates=list(plateau(arguments, losses))) for arguments, losses in PLATEAUS]
rows = lambda items: ",\n  ".join(map(json.dumps, items))
print(f'{{"source": "torch.optim.lr_scheduler, PyTorch {torch.__version__}",\n "cases": [\n  {rows(cases)}\n ],\n "plateaus": [\n  {rows(plateaus)}\n ]}}')
