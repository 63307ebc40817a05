"""Photos: what is let in, how a phone's photo is cleaned, and the sizes that readers get."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from kim.photos import NoPhotoError, PhotoBombError, PhotoFacts, clean_photo, make_variant, read_photo
from kim.sizes import LONGEST_SIDE, MOST_BYTES, PHONE_WIDTH, THUMBNAIL, plan_thumbnails, plan_variants

from .samples import camera_data, jpeg_that_claims, photo, png_chunk, png_that_claims, save

FORMS = ("JPEG", "PNG", "WEBP")
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
FRAMES = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
#: Valid as far as its marker, and nothing that a TIFF reader could read.
BROKEN_EXIF = b"Exif\0\0XX\0*\0\0\0\x08"


def with_segment(jpeg: bytes, segment: bytes) -> bytes:
    """A JPEG with one more APP1."""
    return jpeg[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_photo_is_its_size_and_nothing_else(form: str) -> None:
    assert read_photo(photo(form)) == PhotoFacts(40, 30, has_metadata=False, has_location=False)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("location", [False, True])
def test_what_a_camera_wrote_beside_the_picture_is_seen(form: str, location: bool) -> None:
    facts = read_photo(photo(form, exif=camera_data(location=location)))
    assert (facts.has_metadata, facts.has_location) == (True, location)


def test_text_behind_the_pixels_of_a_png_is_seen() -> None:
    data = photo("PNG")
    end = data.index(b"IEND") - 4
    hidden = data[:end] + png_chunk(b"tEXt", b"Comment\0rumah saya") + data[end:]
    assert read_photo(hidden).has_metadata
    located = data[:end] + png_chunk(b"eXIf", camera_data(location=True)[6:]) + data[end:]
    assert read_photo(located).has_location


@pytest.mark.parametrize("form", FORMS)
def test_a_film_behind_the_picture_is_seen(form: str) -> None:
    assert read_photo(photo(form) + b"\0\0\0\x18ftypmp42 -6.2000+106.8166/").has_metadata


def test_camera_data_that_cannot_be_read_is_data_all_the_same() -> None:
    broken = with_segment(photo(), BROKEN_EXIF)
    assert read_photo(broken).has_metadata
    assert not read_photo(clean_photo(broken)).has_metadata


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        HTML,
        SVG,
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        save(Image.new("RGB", (4, 4)), "BMP"),
        save(Image.new("RGB", (4, 4)), "TIFF"),
        save(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:]),
        save(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:], lossless=True),
        photo(size=(400, 300))[:500],
        photo("PNG", size=(400, 300))[:100],
        photo("WEBP")[:40],
    ],
    ids="empty magic html svg gif bmp tiff animated-png animated-webp cut-jpeg cut-png cut-webp".split(),
)
def test_what_is_no_whole_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NoPhotoError):
        read_photo(data)
    with pytest.raises(NoPhotoError):
        clean_photo(data)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png_that_claims(10_000, 6_000), (10_000, 6_000)),
        (png_that_claims(60_000, 60_000), (60_000, 60_000)),
        (jpeg_that_claims(10_000, 6_000), (10_000, 6_000)),
        (jpeg_that_claims(60_000, 50_000), (60_000, 50_000)),
    ],
)
def test_a_bomb_is_refused_by_its_header_and_its_size_is_told(data: bytes, size: tuple[int, int]) -> None:
    assert len(data) < 2_000
    for take in (read_photo, clean_photo):
        with pytest.raises(PhotoBombError) as raised:
            take(data)
        assert (raised.value.width, raised.value.height) == size


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("extended", [False, True])
def test_a_webp_bomb_that_pillow_refuses_to_open_tells_its_size_too(lossless: bool, extended: bool) -> None:
    plain = photo("WEBP", lossless=lossless, **({"exif": camera_data()} if extended else {}))
    data = bytearray(plain)
    if extended:
        data[24:30] = (15_999).to_bytes(3, "little") + (15_999).to_bytes(3, "little")
    elif lossless:
        bits = int.from_bytes(data[21:25], "little") & ~0xFFFFFFF | 15_999 | 15_999 << 14
        data[21:25] = bits.to_bytes(4, "little")
    else:
        data[26:30] = (16_000).to_bytes(2, "little") * 2
    with pytest.raises(PhotoBombError) as raised:
        read_photo(bytes(data))
    assert (raised.value.width, raised.value.height) == (16_000, 16_000)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_held_in_any_way_comes_out_upright(orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 16, 16))  # the top left corner is red
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = upright.transpose(undo[orientation]) if orientation > 1 else upright
    cleaned = opened(clean_photo(save(lying, "JPEG", quality=95, exif=camera_data(orientation))))
    assert cleaned.size == (64, 32)
    red, green, _ = cleaned.convert("RGB").getpixel((4, 4))
    assert red > 200 > 80 > green


@pytest.mark.parametrize("form", FORMS)
def test_a_cleaned_photo_keeps_its_format_and_loses_all_data(form: str) -> None:
    data = clean_photo(photo(form, size=(2000, 1000), exif=camera_data(6, location=True)))
    assert opened(data).format == form
    facts = read_photo(data)
    assert facts == PhotoFacts(800, 1600, has_metadata=False, has_location=False)
    assert len(data) <= MOST_BYTES


@pytest.mark.parametrize("form", FORMS)
def test_even_noise_gets_below_the_limit(form: str) -> None:
    side = LONGEST_SIDE + 100
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    data = clean_photo(save(noise, form))
    assert len(data) <= MOST_BYTES
    assert not read_photo(data).has_metadata


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_photos_of_every_kind_of_pixel_are_cleaned_and_varied(mode: str) -> None:
    data = save(Image.new(mode, (300, 200)), "JPEG" if mode == "CMYK" else "PNG")
    assert read_photo(clean_photo(data)).width == 300
    for variant in (*plan_variants("a" * 64, 300, 200), *plan_thumbnails("a" * 64)):
        assert opened(make_variant(data, variant)).size == (variant.width, variant.height)


def test_the_second_picture_of_a_phones_jpeg_is_left_out() -> None:
    data = save(FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:])
    assert read_photo(data).has_metadata
    cleaned = clean_photo(data)
    assert opened(cleaned).format == "JPEG"
    assert not read_photo(cleaned).has_metadata


def test_variants_are_narrower_than_the_photo_or_as_wide() -> None:
    assert [(v.width, v.height, v.suffix) for v in plan_variants("x", 800, 400)] == [
        (width, width // 2, suffix)
        for width, suffixes in ((360, "avif jpg"), (640, "avif webp jpg"), (800, "avif jpg"))
        for suffix in suffixes.split()
    ]
    assert [v.suffix for v in plan_variants("x", 100, 50)] == ["avif", "webp", "jpg"]
    assert {v.width for v in plan_variants("x", 100, 50)} == {100}
    assert {(v.width, v.height) for v in plan_thumbnails("x")} == {(THUMBNAIL, THUMBNAIL)}
    assert [v.height for v in plan_variants("x", 1600, 1)] == [1] * 7


def test_a_variant_has_the_same_bytes_every_time_and_no_data() -> None:
    data = photo(size=(800, 600), exif=camera_data(location=True))
    for variant in plan_variants("x", 400, 300):
        made = make_variant(data, variant)
        assert made == make_variant(data, variant)
        assert not opened(made).getexif()


@pytest.mark.parametrize("suffix", ["avif", "webp", "jpg"])
def test_busy_photo_is_made_light_enough_for_a_phone(suffix: str) -> None:
    leaves = Image.effect_noise((1280, 960), 40).filter(ImageFilter.GaussianBlur(1.2))
    data = save(leaves.convert("RGB"), "JPEG", quality=85)
    sizes = {
        variant.width: len(make_variant(data, variant))
        for variant in (*plan_variants("x", 1280, 960), *plan_thumbnails("x"))
        if variant.suffix == suffix
    }
    assert sizes[PHONE_WIDTH] <= {"avif": 18_000, "webp": 24_000, "jpg": 40_000}[suffix]
    assert sizes.get(1200, 0) <= {"avif": 54_000, "webp": 0, "jpg": 120_000}[suffix]
    assert sizes.get(THUMBNAIL, 0) <= {"avif": 1_600, "webp": 0, "jpg": 4_000}[suffix]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells what it finds broken
@settings(max_examples=200)
@given(
    st.sampled_from(
        [
            *(photo(form, exif=camera_data(location=True)) for form in FORMS),
            save(FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:]),
        ]
    ),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=8),
    st.integers(0, 2000),
)
def test_a_damaged_photo_is_read_or_refused(data: bytes, hits: list[tuple[int, int]], end: int) -> None:
    damaged = bytearray(data)
    for at, value in hits:
        damaged[at % len(damaged)] = value
    damaged = damaged[:end] if end < len(damaged) else damaged
    for take in (read_photo, clean_photo):
        try:
            take(bytes(damaged))
        except (NoPhotoError, PhotoBombError):
            continue
