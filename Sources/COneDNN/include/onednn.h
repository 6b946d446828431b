// oneDNN, hidden behind one shim.
#ifndef MYELIN_ONEDNN_H
#define MYELIN_ONEDNN_H
#include <dnnl.h>
#endif
