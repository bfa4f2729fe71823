"""`crypto.subtle` against published vectors, against the package cryptography itself, and its rules."""

from itertools import count

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

TOOLS = """
const s = crypto.subtle;
const hex = data => [...new Uint8Array(data)].map(b => b.toString(16).padStart(2, '0')).join('');
const bytes = text => Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16));
const utf8 = text => new TextEncoder().encode(text);
const raw = (data, algorithm, ...usages) => s.importKey('raw', data, algorithm, false, usages);
const RSA = {modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256'};
"""


@pytest.fixture
def value(bench):
    def run(body):
        return bench.run(f"{TOOLS}\nexport default async function () {{ {body} }}")

    return run


VECTORS = {
    "AES-CBC, SP 800-38A F.2.1": (
        (
            "const k = await raw(bytes('2b7e151628aed2a6abf7158809cf4f3c'), 'AES-CBC', 'encrypt');"
            "return hex(await s.encrypt({name: 'AES-CBC', iv: bytes('000102030405060708090a0b0c0d0e0f')}, k,"
            " bytes('6bc1bee22e409f96e93d7e117393172a'))).slice(0, 32);"
        ),
        "7649abac8119b246cee98e9b12e9197d",
    ),
    "AES-CTR, SP 800-38A F.5.1": (
        (
            "const k = await raw(bytes('2b7e151628aed2a6abf7158809cf4f3c'), 'aes-ctr', 'encrypt');"
            "const counter = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');"
            "return hex(await s.encrypt({name: 'AES-CTR', counter, length: 64}, k, bytes('6bc1bee22e409f96e93d7e117393172a')));"
        ),
        "874d6191b620e3261bef6864990db6ce",
    ),
    "AES-GCM, the specification's case 4": (
        (
            "const k = await raw(bytes('feffe9928665731c6d6a8f9467308308'), 'AES-GCM', 'encrypt');"
            "return hex(await s.encrypt({name: 'AES-GCM', iv: bytes('cafebabefacedbaddecaf888'),"
            " additionalData: bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2')}, k, bytes('d9313225f88406e5a55909c5aff5269a"
            "86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39')));"
        ),
        (
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
            "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"
        ),
    ),
    "HMAC, RFC 4231 case 2": (
        (
            "const k = await raw(utf8('Jefe'), {name: 'HMAC', hash: 'SHA-256'}, 'sign');"
            "return hex(await s.sign('HMAC', k, utf8('what do ya want for nothing?')));"
        ),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    "PBKDF2, RFC 6070 case 2": (
        (
            "const k = await raw(utf8('password'), 'PBKDF2', 'deriveBits');"
            "return hex(await s.deriveBits({name: 'PBKDF2', hash: 'SHA-1', salt: utf8('salt'), iterations: 2}, k, 160));"
        ),
        "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
    ),
    "HKDF, RFC 5869 case 1": (
        (
            "const k = await raw(bytes('0b'.repeat(22)), 'HKDF', 'deriveBits'), salt = bytes('000102030405060708090a0b0c');"
            "const info = bytes('f0f1f2f3f4f5f6f7f8f9');"
            "return hex(await s.deriveBits({name: 'HKDF', hash: 'SHA-256', salt, info}, k, 336));"
        ),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
}


@pytest.mark.parametrize(("body", "expected"), VECTORS.values(), ids=VECTORS.keys())
def test_published_vectors(body, expected, value):
    assert value(body) == expected


@pytest.mark.parametrize(
    "algorithm",
    [
        "{name: 'AES-CBC', length: 256, iv: new Uint8Array(16)}",
        "{name: 'AES-CTR', length: '128', counter: new Uint8Array(16)}",
        "{name: 'AES-GCM', length: 192, iv: new Uint8Array(12)}",
        "{name: 'RSA-OAEP', ...RSA, label: utf8('label')}",
    ],
)
def test_what_was_encrypted_can_be_decrypted(algorithm, value):
    body = f"""
    const made = await s.generateKey({algorithm}, true, ['encrypt', 'decrypt']);
    const [to, from] = made.publicKey ? [made.publicKey, made.privateKey] : [made, made];
    const sealed = await s.encrypt({algorithm}, to, utf8('a text of more than one block'));
    return new TextDecoder().decode(await s.decrypt({algorithm}, from, sealed));
    """
    assert value(body) == "a text of more than one block"


def test_a_counter_wraps_around_within_its_bits(value):
    body = """
    const k = await raw(new Uint8Array(16), 'AES-CTR', 'encrypt');
    const at = (counter, length, size) => s.encrypt({name: 'AES-CTR', counter: bytes(counter), length}, k, new Uint8Array(size));
    const whole = hex(await at('000000000000000000000000000000ff', 8, 48));
    return [whole.slice(0, 32) === hex(await at('000000000000000000000000000000ff', 128, 16)),
      whole.slice(32) === hex(await at('00000000000000000000000000000000', 128, 32))];
    """
    assert value(body) == [True, True]


@pytest.mark.parametrize(
    ("algorithm", "signing"),
    [
        ("{name: 'HMAC', hash: 'SHA-512'}", "'HMAC'"),
        ("{name: 'ECDSA', namedCurve: 'P-521'}", "{name: 'ECDSA', hash: {name: 'SHA-384'}}"),
        ("{name: 'RSASSA-PKCS1-v1_5', ...RSA}", "'RSASSA-PKCS1-v1_5'"),
        ("{name: 'RSA-PSS', ...RSA}", "{name: 'RSA-PSS', saltLength: 32}"),
    ],
)
def test_a_signature_is_of_its_data_alone(algorithm, signing, value):
    body = f"""
    const made = await s.generateKey({algorithm}, true, ['sign', 'verify']);
    const signature = await s.sign({signing}, made.privateKey ?? made, utf8('data'));
    const verify = (signature, data) => s.verify({signing}, made.publicKey ?? made, signature, utf8(data));
    return [await verify(signature, 'data'), await verify(signature, 'other'), await verify(signature.slice(1), 'data')];
    """
    assert value(body) == [True, False, False]


@pytest.mark.parametrize(
    ("algorithm", "key", "forms", "usage", "other"),
    [
        ("{name: 'AES-CBC', length: 128}", "made", "['raw', 'jwk']", "encrypt", "decrypt"),
        ("{name: 'HMAC', hash: 'SHA-1'}", "made", "['raw', 'jwk']", "sign", "verify"),
        (
            "{name: 'ECDSA', namedCurve: 'P-384'}",
            "made.publicKey",
            "['raw', 'spki', 'jwk']",
            "verify",
            "sign",
        ),
        ("{name: 'ECDSA', namedCurve: 'P-256'}", "made.privateKey", "['pkcs8', 'jwk']", "sign", "verify"),
        ("{name: 'RSA-PSS', ...RSA}", "made.publicKey", "['spki', 'jwk']", "verify", "sign"),
        ("{name: 'RSA-OAEP', ...RSA}", "made.privateKey", "['pkcs8', 'jwk']", "decrypt", "encrypt"),
    ],
)
def test_a_key_comes_back_from_each_format(algorithm, key, forms, usage, other, value):
    body = f"""
    const made = await s.generateKey({algorithm}, true, ['{usage}', '{other}']), key = {key}, told = [];
    for (const form of {forms}) {{
      const exported = await s.exportKey(form, key);
      const again = await s.importKey(form, exported, {algorithm}, true, ['{usage}']);
      const plain = async k => form === 'jwk' ? {{...await s.exportKey(form, k), key_ops: 0}} : hex(await s.exportKey(form, k));
      told.push([again.type === key.type, JSON.stringify(again.algorithm) === JSON.stringify(key.algorithm),
        JSON.stringify(await plain(again)) === JSON.stringify(await plain(key))]);
    }}
    return told;
    """
    told = value(body)
    assert told == [[True, True, True]] * len(told)
    assert told


def test_two_parties_agree_on_bits_and_keys(value):
    body = """
    const pair = () => s.generateKey({name: 'ECDH', namedCurve: 'P-256'}, true, ['deriveKey', 'deriveBits']);
    const [a, b] = [await pair(), await pair()];
    const bits = (mine, theirs) => s.deriveBits({name: 'ECDH', public: theirs}, mine, 128);
    const key = (mine, theirs) => s.deriveKey({name: 'ECDH', public: theirs}, mine, {name: 'AES-GCM', length: 256}, true, ['encrypt']);
    const [one, other] = [hex(await bits(a.privateKey, b.publicKey)), hex(await bits(b.privateKey, a.publicKey))];
    const derived = await key(a.privateKey, b.publicKey);
    return [one === other, one.length, hex(await s.exportKey('raw', derived)).startsWith(one), derived.algorithm.length];
    """
    assert value(body) == [True, 32, True, 256]


def test_signatures_are_those_of_other_implementations(value):
    curve, number = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    told = value(f"""
    const use = async (data, algorithm, signing) => hex(await s.sign(signing,
      await s.importKey('pkcs8', bytes(data), algorithm, false, ['sign']), utf8('data')));
    return [await use('{pkcs8(curve)}', {{name: 'ECDSA', namedCurve: 'P-256'}}, {{name: 'ECDSA', hash: 'SHA-256'}}),
      await use('{pkcs8(number)}', {{name: 'RSA-PSS', hash: 'SHA-256'}}, {{name: 'RSA-PSS', saltLength: 20}})];
    """)
    r, s = (int(told[0][at : at + 64], 16) for at in (0, 64))
    curve.public_key().verify(encode_dss_signature(r, s), b"data", ec.ECDSA(hashes.SHA256()))
    padding = PSS(MGF1(hashes.SHA256()), 20)
    number.public_key().verify(bytes.fromhex(told[1]), b"data", padding, hashes.SHA256())


def test_a_signature_without_its_leading_zero_is_none(value):
    key = rsa.generate_private_key(65537, 1024)
    signatures = (
        (number, key.sign(str(number).encode(), PSS(MGF1(hashes.SHA256()), 0), hashes.SHA256()))
        for number in count()
    )
    number, signature = next(found for found in signatures if found[1][0] == 0)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()
    body = f"""
    const key = await s.importKey('spki', bytes('{spki}'), {{name: 'RSA-PSS', hash: 'SHA-256'}}, true, ['verify']);
    const verify = signature => s.verify({{name: 'RSA-PSS', saltLength: 0}}, key, bytes(signature), utf8('{number}'));
    return [await verify('{signature.hex()}'), await verify('{signature[1:].hex()}')];
    """
    assert value(body) == [True, False]


def pkcs8(key):
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()


def test_exported_public_keys_are_those_of_other_implementations(value):
    told = value("""
    const made = await s.generateKey({name: 'ECDSA', namedCurve: 'P-256'}, false, ['sign', 'verify']);
    return [hex(await s.exportKey('spki', made.publicKey)), hex(await s.exportKey('raw', made.publicKey))];
    """)
    key = load_der_public_key(bytes.fromhex(told[0]))
    assert key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex() == told[1]


AES = "await s.generateKey({name: 'AES-GCM', length: 128}, false, ['encrypt', 'decrypt'])"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("await s.digest('MD5', new Uint8Array(1))", "NotSupportedError"),
        ("await s.digest('SHA-256', 'text')", "TypeError"),
        ("await s.generateKey({name: 'AES-CBC', length: 100}, true, ['encrypt'])", "OperationError"),
        ("await s.generateKey('PBKDF2', true, ['deriveBits'])", "NotSupportedError"),
        ("await s.generateKey({name: 'HMAC', hash: 'SHA-256'}, true, ['encrypt'])", "SyntaxError"),
        ("await s.generateKey({name: 'HMAC', hash: 'SHA-256'}, true, [])", "SyntaxError"),
        ("await s.generateKey({name: 'ECDSA', namedCurve: 'P-1'}, true, ['sign'])", "NotSupportedError"),
        ("await s.generateKey({name: 'RSA-PSS', ...RSA, modulusLength: 99999}, true, ['sign'])", "OperationError"),
        ("await s.importKey('xyz', new Uint8Array(16), 'AES-CBC', true, ['encrypt'])", "NotSupportedError"),
        ("await s.importKey('spki', new Uint8Array(16), 'AES-CBC', true, ['encrypt'])", "NotSupportedError"),
        ("await raw(new Uint8Array(5), 'AES-CBC', 'encrypt')", "DataError"),
        ("await raw(new Uint8Array(5), {name: 'ECDH', namedCurve: 'P-256'})", "DataError"),
        ("await s.importKey('pkcs8', new Uint8Array(5), {name: 'RSA-PSS', hash: 'SHA-1'}, true, ['sign'])", "DataError"),
        ("await s.importKey('jwk', {kty: 'oct'}, 'AES-CBC', true, ['encrypt'])", "DataError"),
        ("await s.importKey('jwk', {kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ'}, {name: 'ECDSA', namedCurve: 'P-256'}, true, ['verify'])", "DataError"),
        (f"await s.exportKey('raw', {AES})", "InvalidAccessError"),
        (f"await s.sign('HMAC', {AES}, new Uint8Array(1))", "InvalidAccessError"),
        (f"await s.decrypt({{name: 'AES-GCM', iv: new Uint8Array(12)}}, {AES}, new Uint8Array(32))", "OperationError"),
        (f"await s.decrypt({{name: 'AES-GCM', iv: new Uint8Array(12)}}, {AES}, new Uint8Array(3))", "OperationError"),
        (f"await s.encrypt({{name: 'AES-GCM'}}, {AES}, new Uint8Array(3))", "OperationError"),
        (f"await s.encrypt({{name: 'AES-GCM', iv: new Uint8Array(12), tagLength: 5}}, {AES}, new Uint8Array(3))", "OperationError"),
        ("await s.wrapKey()", "NotSupportedError"),
        ("await s.unwrapKey()", "NotSupportedError"),
        ("crypto.getRandomValues(new Uint8Array(65537))", "QuotaExceededError"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_the_name_of_the_api(body, name, value):
    assert value(f"try {{ {body}; return null; }} catch (error) {{ return error.name; }}") == name


def test_a_key_shows_no_material(value):
    key = value(
        f"const k = {AES}; return [Object.keys(k), k instanceof CryptoKey, k instanceof crypto.CryptoKey, JSON.stringify(k)];"
    )
    assert key == [
        ["type", "extractable", "algorithm", "usages"],
        True,
        True,
        '{"type":"secret","extractable":false,"algorithm":{"name":"AES-GCM","length":128},"usages":["encrypt","decrypt"]}',
    ]
