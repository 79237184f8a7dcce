"""What does a checkpoint answer? The one module that needs PyTorch and Transformers.

Nothing is fetched, no code that lies beside the weights is run, and no pickle is opened.
"""

from __future__ import annotations

import inspect
import os
from typing import Any

import numpy as np

from rope_lessons.own_model import questions, rescues
from rope_lessons.own_model.checkpoint import Checkpoint, available_memory
from rope_lessons.own_model.plan import Job

TOKENS_AT_ONCE = 8192  # in a batch of texts
LOCAL = {"local_files_only": True, "trust_remote_code": False}


def _libraries():
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ValueError(
            f"{error.name or 'PyTorch'} is not installed here. In the course's folder: "
            "pip install --group own-model (pip 25.1 or newer; the CPU build of PyTorch is enough)"
        ) from None
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return torch, transformers


class Tokens:
    """The model's own tokenizer: ``encode`` gives a text's tokens, ``begin`` what stands first.

    ``tokenizer.json`` is read as it is; no class of Transformers makes another of it.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        _libraries()
        import tokenizers

        path = checkpoint.folder / "tokenizer.json"
        try:
            self._reads = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises no narrower one
            raise ValueError(f"{path} cannot be read: {_first_line(error)}") from None
        self._reads.no_truncation()
        self._reads.no_padding()
        alone, full = self.encode("a"), self._reads.encode("a").ids
        self.begin = tuple(full[: full.index(alone[0])] if alone[0] in full else ())

    def encode(self, text: str) -> list[int]:
        """The tokens of a text, nothing added."""
        return self._reads.encode(text, add_special_tokens=False).ids


class Reader:
    """A model under one reading; ``measure`` does a job.

    Parameters
    ----------
    checkpoint : Checkpoint
    kind, scale
        From :func:`rope_lessons.own_model.rescues.readings`.
    asked : Questions
    hay : (n,) array of int
        The text in tokens.
    device : str
        As PyTorch calls it.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        kind: str,
        scale: float,
        asked: questions.Questions,
        hay: np.ndarray,
        device: str = "cpu",
    ) -> None:
        self.torch, transformers = _libraries()
        self.asked, self.hay, self.device, self.kind = asked, hay, device, kind
        try:
            config = transformers.AutoConfig.from_pretrained(checkpoint.folder, **LOCAL)
            _put_in(config, checkpoint.settings, kind, scale)
            self.model, loaded = transformers.AutoModelForCausalLM.from_pretrained(
                checkpoint.folder,
                config=config,
                dtype="auto",
                use_safetensors=True,
                output_loading_info=True,
                **LOCAL,
            )
            self.model = self.model.to(device).eval()
        except Exception as error:  # of Transformers, safetensors or the device
            raise ValueError(
                f"{checkpoint.folder} cannot be loaded by Transformers {transformers.__version__}: "
                f"{_first_line(error)}"
            ) from None
        if loaded["missing_keys"]:
            missing = sorted(loaded["missing_keys"])
            raise ValueError(
                f"{checkpoint.folder} lacks the weights {', '.join(missing[:3])}"
                f"{' …' if missing[3:] else ''}; drawn at random they would mean nothing"
            )
        takes = inspect.signature(self.model.forward).parameters
        self.last = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}

    def measure(self, job: Job) -> list:
        """A job's result: [right, asked], or the losses of a text, in nats a token.

        Parameters
        ----------
        job : Job
        """
        with self.torch.inference_mode():
            if self.kind == "dynamic":  # it keeps the speeds of the longest text until a short one
                self._logits([[int(self.hay[0])]])
            return self._needles(job) if job.distance else self._loss(job)

    def _needles(self, job):
        rng = np.random.default_rng([job.draw, job.length, job.distance])
        drawn = [
            self.asked.ask(self.hay, job.length, job.distance, rng) for _ in range(job.samples)
        ]
        at_once, right = max(1, TOKENS_AT_ONCE // job.length), 0
        for start in range(0, job.samples, at_once):
            texts, answers = zip(*drawn[start : start + at_once], strict=True)
            logits = self._logits(np.array(texts), **self.last)[:, -1]
            chosen = logits[:, list(self.asked.values)].argmax(-1).cpu().numpy()
            right += int((chosen == np.array(answers)).sum())
        return [right, job.samples]

    def _loss(self, job):
        text = loss_text(self.hay, job, self.asked.begin)
        logits = self._logits(text[None, :-1])[0].float()
        targets = self.torch.as_tensor(text[1:], device=self.device)
        loss = self.torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        return [round(value, 4) for value in loss.tolist()]

    def _logits(self, texts, **options: Any):
        tokens = self.torch.as_tensor(np.asarray(texts), device=self.device)
        return self.model(input_ids=tokens, use_cache=False, **options).logits


def loss_text(hay: np.ndarray, job: Job, begin: tuple = ()) -> np.ndarray:
    """The tokens of the text whose loss a job asks for: one more than it reads.

    Parameters
    ----------
    hay : (n,) array of int
    job : Job
    begin : tuple of int
        What stands first.
    """
    text = questions.excerpt(hay, job.length + 1, np.random.default_rng([job.draw, job.length]))
    text[: len(begin)] = begin
    return text


def free_memory(device: str = "cpu") -> int | None:
    """Bytes that are free on that device; None where nobody says.

    Parameters
    ----------
    device : str
    """
    if device.startswith("cuda"):
        torch, _ = _libraries()
        if not torch.cuda.is_available():
            raise ValueError(f"PyTorch finds no device {device!r} here; leave --device out")
        return torch.cuda.mem_get_info(device)[0]
    return available_memory()


def _first_line(error):
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _put_in(config, settings, kind, scale):
    """The rescue, into the configuration of Transformers, for the layers that see all the text."""
    said = config.rope_parameters
    if kind == "default":
        return
    parts = rescues.kinds_of_layers(settings)
    if set(said) & set(parts):
        for name, part in parts.items():
            if part.window is None:
                said[name] = rescues.rope_parameters(said[name], part, kind, scale)
    else:
        config.rope_parameters = rescues.rope_parameters(said, settings, kind, scale)
    if kind == "dynamic":
        config.max_position_embeddings = settings.train_length
