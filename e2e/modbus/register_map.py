"""The values of the interop test, encoded by Python's struct: what a server that is not ours holds."""
import struct

def ordered(fmt, value, order):
    plain = struct.pack(">" + fmt, value)
    return b"".join(plain[ord(letter) - 65 : ord(letter) - 64] for letter in order)

def put(table, address, data):
    words = struct.unpack(">%dH" % (len(data) // 2), data)
    table[address : address + len(words)] = words

ORDERS_32 = ["ABCD", "CDAB", "BADC", "DCBA"]
ORDERS_64 = ["ABCDEFGH", "BADCFEHG", "CDABGHEF", "DCBAHGFE", "GHEFCDAB", "HGFEDCBA"]

def build():
    holding, inputs = [0] * 200, [0] * 200
    for table in (holding, inputs):
        put(table, 0, ordered("h", -1234, "AB"))
        put(table, 1, ordered("h", -1234, "BA"))
        put(table, 2, ordered("H", 54321, "AB"))
        for i, order in enumerate(ORDERS_32):
            put(table, 4 + 2 * i, ordered("i", -123456789, order))
            put(table, 12 + 2 * i, ordered("I", 3000000000, order))
            put(table, 20 + 2 * i, ordered("f", -273.15, order))
        for i, order in enumerate(ORDERS_64):
            put(table, 28 + 4 * i, ordered("q", -1234567890123456, order))
            put(table, 52 + 4 * i, ordered("Q", 12345678901234567890, order))
            put(table, 76 + 4 * i, ordered("d", 2.718281828459045, order))
        put(table, 100, bytes.fromhex("9876"))
        put(table, 101, bytes.fromhex("12345678"))
        put(table, 103, bytes.fromhex("1234567890123456"))
        put(table, 107, b"GANZHI-42\0\0\0")
        put(table, 113, b"AGZNIH4-\0002")
        table[118] = 0b1010_0101_1100_0011
    coils = [bool(i % 3 == 0) for i in range(200)]
    discrete = [bool(i % 5 == 0) for i in range(200)]
    return holding, inputs, coils, discrete
