// The C side of Myelin: memory, the thread team and kernels chosen per CPU.
#ifndef MYELIN_KERNELS_H
#define MYELIN_KERNELS_H

#include "kernels_copy.h"
#include "kernels_elementwise.h"
#include "kernels_memory.h"
#include "kernels_nest.h"
#include "kernels_normalization.h"
#include "kernels_optimizers.h"
#include "kernels_packed.h"
#include "kernels_pooling.h"
#include "kernels_processor.h"
#include "kernels_random.h"
#include "kernels_reduce.h"
#include "kernels_rows.h"
#include "kernels_products.h"
#include "kernels_state.h"
#include "kernels_team.h"
#include "kernels_tiles.h"

#endif
