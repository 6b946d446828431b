#ifndef MYELIN_CHECK_MEMORY_H
#define MYELIN_CHECK_MEMORY_H

/// Gives back all that `check_memory` gave.
void check_memory_release_all(void);

#endif
