#include "workspace.h"

#include <pthread.h>
#include <stdlib.h>

static _Thread_local struct {
  void *memory;
  size_t bytes;
} workspace;

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

// The key's only task is to call free when a thread ends.
static void create_key(void) { pthread_key_create(&key, free); }

void *thread_workspace(size_t bytes) {
  if (bytes <= workspace.bytes) return workspace.memory;
  pthread_once(&key_once, create_key);
  free(workspace.memory);
  workspace.bytes = 0;
  workspace.memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (workspace.memory) workspace.bytes = bytes;
  pthread_setspecific(key, workspace.memory);
  return workspace.memory;
}
