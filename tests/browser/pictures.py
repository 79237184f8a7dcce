"""What is to be seen in a picture of a page? Its pixels are decoded, there in the browser."""

_LOOK = """async image => {
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const drawn = canvas.getContext('2d');
    drawn.drawImage(image, 0, 0);
    const pixels = new Uint32Array(
        drawn.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    const counts = new Map();
    let opaque = true;
    for (const pixel of pixels) {
        counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
        opaque &&= pixel >>> 24 === 255;
    }
    const hash = await crypto.subtle.digest('SHA-256', pixels);
    return {
        colours: counts.size,
        ground: Math.max(...counts.values()) / pixels.length,
        opaque,
        digest: [...new Uint8Array(hash)].join(),
    };
}"""


def look(image):
    """The pixels of an ``img``.

    Parameters
    ----------
    image : playwright Locator

    Returns
    -------
    dict
        ``colours``: how many; ``ground``: the share of the most common one; ``opaque``: whether no
        pixel lets the page through; ``digest``: of all pixels.
    """
    return image.evaluate(_LOOK)


def complaints(seen):
    """What is wrong with a picture that was looked at: a list of sentences, empty when nothing."""
    told = []
    if seen["colours"] < 10 or seen["ground"] > 0.99:
        told.append(f"blank: {seen['colours']} colours, {seen['ground']:.1%} of it in one")
    if not seen["opaque"]:
        told.append("lets the page through, so it cannot be read on every theme")
    return told
