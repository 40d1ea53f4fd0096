/*
 * libmodbus' own server over TCP, one client after the other: libmodbus-server [delay in µs]
 * Holding register n holds n. Its port is told on stdout.
 */
#include <arpa/inet.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define REGISTERS 16384

int main(int argc, char **argv) {
  long delay_us = argc > 1 ? atol(argv[1]) : 0;
  struct timespec delay = {delay_us / 1000000, delay_us % 1000000 * 1000};
  modbus_t *bus = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, 0);
  for (int n = 0; n < REGISTERS; n++) map->tab_registers[n] = n;

  int listener = modbus_tcp_listen(bus, 1);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("{\"ready\":true,\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);

  /* Sleeps are 50 µs too long otherwise. */
  prctl(PR_SET_TIMERSLACK, 1);
  while (modbus_tcp_accept(bus, &listener) >= 0) {
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;
    while ((length = modbus_receive(bus, request)) >= 0) {
      if (delay_us > 0) nanosleep(&delay, NULL);
      if (length > 0) modbus_reply(bus, request, length, map);
    }
    modbus_close(bus);
  }
  return 1;
}
