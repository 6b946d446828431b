#include "images.h"
#include <png.h>
const char *images_png_version(void) { return png_get_libpng_ver(NULL); }
