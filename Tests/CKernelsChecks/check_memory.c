// Arrays whose surroundings cannot be touched: the address sanitizer watches both ends; without it
// an array ends where a page begins that may not be read.
#define _GNU_SOURCE
#include "check_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

enum { MAXIMUM_BLOCKS = 20000 };

static struct {
  char *start;
  size_t bytes;
} blocks[MAXIMUM_BLOCKS];

static int block_count;

static void remember(char *start, size_t bytes) {
  if (block_count == MAXIMUM_BLOCKS) {
    fprintf(stderr, "a check needs more than %d arrays for one length\n", MAXIMUM_BLOCKS);
    abort();
  }
  blocks[block_count].start = start;
  blocks[block_count++].bytes = bytes;
}

static void *checked(void *memory) {
  if (!memory || memory == MAP_FAILED) {
    perror("memory for a check");
    abort();
  }
  return memory;
}

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>

// Kernels may assume an element's alignment, not a vector's: begin 8 bytes after malloc does.
enum { SHIFT = 8 };

void *check_memory(size_t bytes) {
  char *start = checked(malloc(bytes + SHIFT));
  __asan_poison_memory_region(start, SHIFT);
  remember(start, bytes);
  return start + SHIFT;
}

void check_memory_release_all(void) {
  while (block_count > 0) free(blocks[--block_count].start);
}
#else
void *check_memory(size_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t usable = (bytes + page - 1) / page * page;
  char *start = checked(mmap(NULL, usable + page, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (mprotect(start + usable, page, PROT_NONE) != 0) checked(NULL);
  remember(start, usable + page);
  return start + usable - bytes;
}

void check_memory_release_all(void) {
  while (block_count > 0) {
    block_count--;
    munmap(blocks[block_count].start, blocks[block_count].bytes);
  }
}
#endif
