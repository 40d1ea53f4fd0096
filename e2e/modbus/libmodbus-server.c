/* Serves the map by libmodbus: `tcp`, or `rtu <path> <baud>`. Prints a line of JSON once it serves. */
#include <modbus.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *ORDERS_32[] = {"ABCD", "CDAB", "BADC", "DCBA"};
static const char *ORDERS_64[] = {"ABCDEFGH", "BADCFEHG", "CDABGHEF", "DCBAHGFE", "GHEFCDAB", "HGFEDCBA"};

/* The n-th byte of the registers is the one of the number that the n-th letter names. */
static void put(uint16_t *table, int address, uint64_t raw, const char *order)
{
    int length = (int) strlen(order);
    for (int i = 0; i < length; i += 2) {
        int high = 8 * (length - 1 - (order[i] - 'A'));
        int low = 8 * (length - 1 - (order[i + 1] - 'A'));
        table[address + i / 2] = (uint16_t) (((raw >> high) & 0xff) << 8 | ((raw >> low) & 0xff));
    }
}

static void put_text(uint16_t *table, int address, const char *text, int registers)
{
    for (int i = 0; i < registers; i++)
        table[address + i] = (uint16_t) ((unsigned char) text[2 * i] << 8 | (unsigned char) text[2 * i + 1]);
}

static void fill(uint16_t *table)
{
    double e = 2.718281828459045;
    uint64_t e_bits;
    float zero = -273.15f;
    uint32_t zero_bits;
    memcpy(&e_bits, &e, sizeof e_bits);
    memcpy(&zero_bits, &zero, sizeof zero_bits);
    put(table, 0, (uint16_t) -1234, "AB");
    put(table, 1, (uint16_t) -1234, "BA");
    put(table, 2, 54321, "AB");
    for (int i = 0; i < 4; i++) {
        put(table, 4 + 2 * i, (uint32_t) -123456789, ORDERS_32[i]);
        put(table, 12 + 2 * i, 3000000000u, ORDERS_32[i]);
        /* Not by modbus_set_float_…: those of 3.1.6 swap the bytes on a little-endian machine. */
        put(table, 20 + 2 * i, zero_bits, ORDERS_32[i]);
    }
    for (int i = 0; i < 6; i++) {
        put(table, 28 + 4 * i, (uint64_t) -1234567890123456LL, ORDERS_64[i]);
        put(table, 52 + 4 * i, 12345678901234567890ULL, ORDERS_64[i]);
        put(table, 76 + 4 * i, e_bits, ORDERS_64[i]);
    }
    put(table, 100, 0x9876, "AB");
    put(table, 101, 0x12345678, "ABCD");
    put(table, 103, 0x1234567890123456, "ABCDEFGH");
    put_text(table, 107, "GANZHI-42\0\0\0", 6);
    put_text(table, 113, "AGZNIH4-\0002", 5);
    table[118] = 0xa5c3;
}

int main(int argc, char **argv)
{
    int rtu = argc == 4 && strcmp(argv[1], "rtu") == 0;
    modbus_t *bus = rtu ? modbus_new_rtu(argv[2], atoi(argv[3]), 'N', 8, 1) : modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *map = modbus_mapping_new(200, 200, 200, 200);
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int listener = -1;

    fill(map->tab_registers);
    fill(map->tab_input_registers);
    for (int i = 0; i < 200; i++) {
        map->tab_bits[i] = i % 3 == 0;
        map->tab_input_bits[i] = i % 5 == 0;
    }
    if (rtu) {
        if (modbus_set_slave(bus, 1) < 0 || modbus_connect(bus) < 0) return 1;
        printf("{\"ready\":true}\n");
    } else {
        struct sockaddr_in address;
        socklen_t size = sizeof address;
        listener = modbus_tcp_listen(bus, 8);
        if (listener < 0 || getsockname(listener, (struct sockaddr *) &address, &size) < 0) return 1;
        printf("{\"ready\":true,\"port\":%d}\n", ntohs(address.sin_port));
    }
    fflush(stdout);
    for (;;) {
        if (!rtu && modbus_tcp_accept(bus, &listener) < 0) return 1;
        for (;;) {
            int length = modbus_receive(bus, query);
            if (length > 0) modbus_reply(bus, query, length, map);
            else if (length < 0 && !rtu) break;
        }
        modbus_close(bus);
    }
}
