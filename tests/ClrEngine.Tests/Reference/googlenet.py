# python3 googlenet.py FOLDER (torch, torchvision): GoogLeNet with auxiliary heads as TorchScript in three ways, and its losses over five steps.
import json
import math
import os
import sys
import warnings

import torch
import torchvision
from torch import nn

warnings.filterwarnings("ignore")
FOLDER = sys.argv[1]
SAMPLES, CLASSES, SIDE, STEPS = 16, 4, 64, 5
# Its gradients at fresh weights are so steep that beyond this rate the rounding of PyTorch's own kernels, one against another, grows past 1e-5.
RATE = 1e-7


class MainHead(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x)[0]


def fresh():
    torch.manual_seed(0)
    model = torchvision.models.googlenet(num_classes=CLASSES, aux_logits=True, init_weights=False, transform_input=False)
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    return model.train()


count = SAMPLES * 3 * SIDE * SIDE
x = torch.tensor([(i * 7919 % 1000) / 1000 - 0.5 for i in range(count)]).reshape(SAMPLES, 3, SIDE, SIDE)
y = torch.tensor([i % CLASSES for i in range(SAMPLES)])
torch.jit.script(fresh()).save(os.path.join(FOLDER, "scripted.pt"))
torch.jit.script(MainHead(fresh())).save(os.path.join(FOLDER, "scripted-main.pt"))
model = fresh()
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
traced = torch.jit.trace(MainHead(model), x, check_trace=False)
model.load_state_dict(before)
traced.save(os.path.join(FOLDER, "traced-main.pt"))

model = fresh()
sgd = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=1e-4)
losses = []
for _ in range(STEPS):
    loss = nn.functional.cross_entropy(model(x)[0], y)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
    losses.append(loss.item())
with open(os.path.join(FOLDER, "losses.json"), "w") as file:
    json.dump(losses, file)
