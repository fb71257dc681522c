# python3 make_torchscript.py (PyTorch): writes tied.pt, auxiliary.pt and pytorch-torchscript-losses.json beside itself.
import json
import math
import os

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES, WIDTH, CLASSES, STEPS = 24, 6, 3, 20


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(WIDTH, 5, bias=False)
        self.again = nn.Linear(WIDTH, 5, bias=False)
        self.again.weight = self.first.weight
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x):
        return self.head(torch.cat([torch.tanh(self.first(x)), torch.sigmoid(self.again(x))], 1))


class Auxiliary(nn.Module):
    """A main head, and one whose answers the loss does not see; a layer that is never called."""

    def __init__(self):
        super().__init__()
        self.unused = nn.Linear(7, 7)
        self.body = nn.Linear(WIDTH, 8)
        self.side = nn.Linear(8, CLASSES)
        self.head = nn.Linear(8, CLASSES)

    def forward(self, x):
        body = torch.relu(self.body(x))
        return self.head(body), self.side(body)


def losses(model, narrow):
    x = torch.tensor([[math.sin(i * WIDTH + j) for j in range(WIDTH)] for i in range(SAMPLES)])
    y = torch.tensor([i % CLASSES for i in range(SAMPLES)])
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
    kept = []
    for _ in range(STEPS):
        output = model(x)
        loss = nn.functional.cross_entropy(output[0] if narrow else output, y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        kept.append(loss.item())
    return kept


torch.manual_seed(0)
result = {}
for name, model in [("tied", Tied()), ("auxiliary", Auxiliary())]:
    torch.jit.script(model).save(os.path.join(HERE, name + ".pt"))
    result[name] = losses(model, name == "auxiliary")
with open(os.path.join(HERE, "pytorch-torchscript-losses.json"), "w") as file:
    json.dump({"torch": torch.__version__, "losses": result}, file, indent=1)
    file.write("\n")
