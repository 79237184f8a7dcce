"""Which rule foretells best where half of far retrieval is lost? Nothing here needs PyTorch.

Models are drawn anew, with replacement, for every interval: what is asked is how a rule would do on
other models of this kind.
"""

import numpy as np
import rules
from report import rank_correlation

DRAWS = 4000
HALVINGS = 1000


def judge(models, foretold):
    """Every rule's record on the models whose half-point was measured.

    ``models`` are dictionaries with base, train_length and measured (of half_point.find);
    ``foretold`` holds {rule: distances, in the order of the models}. Gives, for each rule, the rank
    correlation over models, the median error as a factor, the same over that of strangeness as
    told, and the rank correlation with lost retrieval over all distances past L, each with its
    95 % interval; and the median of foretold over measured.
    """
    measured, ends = targets(models)
    errors = {rule: rules.off(np.array(far), measured, ends) for rule, far in foretold.items()}
    draws = np.random.default_rng(0).integers(len(models), size=(DRAWS, len(models)))
    rival = errors[rules.AS_TOLD]
    points = [past_training(model) for model in models]
    found = {}
    for rule, far in foretold.items():
        capped, error = np.minimum(far, ends), errors[rule]
        quantities = [quantity(rule, model, far[n], points[n][0]) for n, model in enumerate(models)]

        def over_points(chosen, quantities=quantities):
            lost = np.concatenate([1 - points[n][1] for n in chosen])
            return rank_correlation(np.concatenate([quantities[n] for n in chosen]), lost)

        def over_models(chosen, capped=capped):
            return rank_correlation(capped[chosen], measured[chosen])

        def factor(chosen, error=error):
            return np.exp(np.median(np.abs(error[chosen])))

        def over_told(chosen, error=error):
            return factor(chosen, error) / factor(chosen, rival)

        found[rule] = {
            "rank correlation": with_interval(over_models, draws),
            "error": with_interval(factor, draws),
            "error over that as told": with_interval(over_told, draws),
            "foretold / measured": float(np.exp(np.median(error))),
            "over points": with_interval(over_points, draws[: DRAWS // 10]),
        }
    return found


def targets(models):
    """Measured half-points, and the farthest distance that counts, both (n_models,)."""
    ends = np.array([rules.FARTHEST * model["train_length"] for model in models], dtype=float)
    halves = [model["measured"]["half"] for model in models]
    return np.array([half or end for half, end in zip(halves, ends, strict=True)]), ends


def past_training(model):
    """Distances from L on that were asked at first, and the shares of right answers there."""
    first = model["measured"]["at first"]
    return np.array([int(d) for d in first]), np.array(list(first.values()))


def quantity(rule, model, far, at):
    """What a rule sees at each distance: its own quantity, or distance over the foretold one."""
    rule = "strangeness" if rule == rules.AS_TOLD else rule
    if rule in rules.QUANTITIES:
        return np.asarray(rules.QUANTITIES[rule][0](model["base"], model["train_length"], at))
    return at / far


def with_interval(measure, draws):
    """A measure of all models, and its 95 % interval over models drawn anew."""
    drawn = [measure(chosen) for chosen in draws]
    drawn = [one for one in drawn if np.isfinite(one)]
    return [float(measure(np.arange(draws.shape[1]))), *np.percentile(drawn, (2.5, 97.5)).tolist()]


def chosen_on_half(models, foretold):
    """Choose the rule of least median error on half of the models; its error on the other half.

    Over ``HALVINGS`` halvings: how often each rule is chosen, the median of the chosen rule's error
    on the half that did not choose it, and of strangeness as told there, both as factors.
    """
    measured, ends = targets(models)
    errors = np.abs([rules.off(np.array(far), measured, ends) for far in foretold.values()])
    rng = np.random.default_rng(0)
    chosen, others, rival = [], [], []
    for _ in range(HALVINGS):
        order = rng.permutation(len(models))
        one, other = order[: len(order) // 2], order[len(order) // 2 :]
        best = int(np.median(errors[:, one], axis=1).argmin())
        chosen.append(best)
        others.append(np.median(errors[best, other]))
        rival.append(np.median(errors[list(foretold).index(rules.AS_TOLD), other]))
    return {
        "chosen": {rule: float(np.mean(np.array(chosen) == n)) for n, rule in enumerate(foretold)},
        "error of the chosen": float(np.exp(np.median(others))),
        "error of strangeness as told": float(np.exp(np.median(rival))),
    }


def left_one_out(models):
    """Every rule fitted anew on all fresh models but one, which it then foretells.

    Gives the median error as a factor: how good the form of a rule is, wherever its parameter
    comes from.
    """
    measured, ends = targets(models)
    known = [
        (model["base"], model["train_length"], half, end)
        for model, half, end in zip(models, measured, ends, strict=True)
    ]
    errors = {rule: [] for rule in rules.RULES}
    for out, (base, length, half, end) in enumerate(known):
        parameters = rules.fit(known[:out] + known[out + 1 :])
        for rule, found in errors.items():
            far = rules.foretell(rule, parameters[rule], base, length)
            found.append(abs(rules.off(far, half, end)))
    return {rule: float(np.exp(np.median(found))) for rule, found in errors.items()}
