/*
 * A libmodbus client that reads the same holding registers over and over:
 *   libmodbus-reader <seconds> tcp <port>
 *   libmodbus-reader <seconds> rtu <path> <baud> <silence in µs behind every reply>
 * The requests of one cycle come on stdin, a line each: unit address count. Whole cycles are made until the seconds
 * are over, the first uncounted. On stdout: {"cycles":…,"seconds":…}
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

struct request {
  int unit, address, count;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void check(int outcome) {
  if (outcome >= 0) return;
  fprintf(stderr, "libmodbus-reader: %s\n", modbus_strerror(errno));
  exit(1);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  modbus_t *bus = strcmp(argv[2], "tcp") == 0 ? modbus_new_tcp("127.0.0.1", atoi(argv[3]))
                                              : modbus_new_rtu(argv[3], atoi(argv[4]), 'N', 8, 1);
  static struct request plan[4096];
  int requests = 0;
  while (requests < 4096 && scanf("%d %d %d", &plan[requests].unit, &plan[requests].address,
                                  &plan[requests].count) == 3)
    requests++;

  long silence_us = argc > 5 ? atol(argv[5]) : 0;
  struct timespec silence = {silence_us / 1000000, silence_us % 1000000 * 1000};
  /* Sleeps are 50 µs too long otherwise. */
  prctl(PR_SET_TIMERSLACK, 1);

  modbus_set_response_timeout(bus, 5, 0);
  check(modbus_connect(bus));
  uint16_t registers[MODBUS_MAX_READ_REGISTERS];
  double start = now(), seconds = atof(argv[1]);
  long cycles = -1;
  do {
    for (int n = 0; n < requests; n++) {
      modbus_set_slave(bus, plan[n].unit);
      check(modbus_read_registers(bus, plan[n].address, plan[n].count, registers));
      if (silence_us > 0) nanosleep(&silence, NULL);
    }
    if (++cycles == 0) start = now();
  } while (cycles == 0 || now() - start < seconds);
  printf("{\"cycles\":%ld,\"seconds\":%.6f}\n", cycles, now() - start);
  modbus_close(bus);
  return 0;
}
