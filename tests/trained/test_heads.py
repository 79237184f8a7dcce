"""The heads learn by true gradients what they are said to learn, and fail where it is said."""

import itertools

import numpy as np
import pytest

from rope_lessons.trained import heads

SCHEMES = ("rope", "learned")


def only(steps):
    """A watch that ends training after that many steps."""
    return lambda every_step, losses: itertools.islice(every_step, steps)


def batches():
    """One small batch of each task and scheme, with a head that has barely begun to learn."""
    lengths, rng = np.array([3, 5, 8]), np.random.default_rng(1)
    for scheme in SCHEMES:
        head = heads.three_back(scheme, watch=only(2))
        yield pytest.param(head, head.draw(lengths), id=f"three_back {scheme}")
    head = heads.by_tag(500.0, watch=only(2))
    batch = head.draw(np.array([1, 4, 6]), 6, rng)
    yield pytest.param(head, batch, id="by_tag rope")
    learned = heads.ByTag(32, 16, None, rng)
    yield pytest.param(learned, batch, id="by_tag learned")


@pytest.mark.parametrize(("head", "batch"), [*batches()])
def test_every_gradient_is_the_slope_of_the_loss(head, batch):
    _, gradient = head.loss_and_gradient(*batch)
    assert set(gradient) == set(head.weights)
    for name, weight in head.weights.items():
        assert gradient[name].shape == weight.shape
        touched = np.argwhere(gradient[name])
        chosen = np.random.default_rng(0).choice(touched, min(40, len(touched)), replace=False)
        for index in map(tuple, [*chosen, (len(weight) - 1, 0)]):
            kept = weight[index]
            losses = []
            for step in (1e-5, -1e-5):
                weight[index] = kept + step
                losses.append(head.loss_and_gradient(*batch)[0])
            weight[index] = kept
            slope = (losses[0] - losses[1]) / 2e-5
            assert gradient[name][index] == pytest.approx(slope, rel=1e-4, abs=1e-8), (name, index)


def test_a_batch_of_tags_asks_for_exactly_one_item():
    distances = np.arange(1, 21)
    head = heads.by_tag(watch=only(0))
    items, asked, lengths, right = head.draw(distances, 20, np.random.default_rng(0))
    assert (lengths == 20).all()
    assert (lengths - right == distances).all()
    assert ((items == asked[:, None]).sum(axis=1) == 1).all()
    assert (items[np.arange(20), right] == asked).all()


@pytest.fixture(scope="module")
def tagged():
    return {base: heads.by_tag(base) for base in (100.0, 500.0)}


def test_a_learned_table_returns_the_item_three_back_at_the_lengths_it_saw_and_at_no_other():
    head = heads.three_back("learned")
    assert min(head.attention(length) for length in range(8, 65)) > 0.99
    assert max(head.attention(length) for length in (65, 66, 80, 128, 512, 1024)) < 0.05
    assert head.losses[0] > 3
    assert head.losses[-1] < 0.01


def test_rope_returns_the_item_three_back_at_every_length():
    head = heads.three_back("rope")
    assert min(head.attention(length) for length in (3, 8, 64, 66, 80, 128, 512)) > 0.98


def test_rope_finds_the_tag_at_the_distances_it_saw_and_loses_it_soon_after(tagged):
    for base, lost in ((100.0, 80), (500.0, 128)):
        accuracy = tagged[base].accuracy
        assert min(accuracy(distance) for distance in (1, 16, 48, 64)) > 0.97
        assert max(accuracy(distance) for distance in (lost, 2 * lost)) < 0.1
    assert tagged[500.0].accuracy(72) > 0.9
    assert tagged[100.0].accuracy(72) < 0.3


def test_slower_frequencies_bring_the_tag_back(tagged):
    for head in tagged.values():
        slower = head.inv_freq / 8
        assert min(head.accuracy(d, inv_freq=slower, samples=64) for d in (1, 80, 512)) > 0.95


@pytest.mark.parametrize("train", [heads.three_back, heads.by_tag])
def test_the_seed_decides_everything(train):
    def losses(seed):
        return train(seed=seed, watch=only(3)).losses

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


def test_measuring_is_repeatable_and_leaves_the_head_alone(tagged):
    head = tagged[500.0]
    before = {name: weight.copy() for name, weight in head.weights.items()}
    assert head.accuracy(80) == head.accuracy(80)
    assert head.accuracy(80) != head.accuracy(80, seed=1)
    assert all((head.weights[name] == weight).all() for name, weight in before.items())


def test_a_head_stopped_early_keeps_what_it_has():
    seen = []

    def watch(steps, losses):
        for step in itertools.islice(steps, 150):
            seen.append(len(losses))
            yield step

    head = heads.three_back(watch=watch)
    assert seen == list(range(150))
    assert len(head.losses) == 150
    assert 0.3 < head.attention(64) <= 1
    assert heads.three_back(watch=only(0)).attention(64) < 0.3


def test_the_heads_tell_what_is_wrong():
    with pytest.raises(ValueError, match="position must be 'rope' or 'learned', got 'alibi'"):
        heads.three_back("alibi")
    with pytest.raises(ValueError, match="base must be greater than 0"):
        heads.by_tag(-1)
    three, tag = heads.three_back("learned", watch=only(0)), heads.by_tag(watch=only(0))
    with pytest.raises(ValueError, match="at least 3 to have an item three back, got 2"):
        three.attention(2)
    with pytest.raises(ValueError, match="no row for position 1025, its last is 1024"):
        three.attention(1025)
    with pytest.raises(TypeError, match="length must be a whole number"):
        three.attention(8.0)
    with pytest.raises(ValueError, match="distance must be at least 1"):
        tag.accuracy(0)
    with pytest.raises(TypeError, match="samples must be a whole number"):
        tag.accuracy(1, samples="many")
    with pytest.raises(ValueError, match="9 pairs need 18 entries"):
        tag.accuracy(1, inv_freq=np.ones(9))
