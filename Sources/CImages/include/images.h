#ifndef MYELIN_IMAGES_H
#define MYELIN_IMAGES_H
const char *images_png_version(void);
#endif
