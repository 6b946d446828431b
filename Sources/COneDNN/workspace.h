// Memory of each thread that a call works in and then leaves to the next.
#ifndef MYELIN_ONEDNN_WORKSPACE_H
#define MYELIN_ONEDNN_WORKSPACE_H

#include <stddef.h>

// At least `bytes` (not 0) of 64-byte aligned memory, valid until the thread asks again; NULL where
// there is none. It is given back when the thread ends.
void *thread_workspace(size_t bytes);

#endif
