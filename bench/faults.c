/* Stands between a program and the C library (LD_PRELOAD), and lets the AT-th call that concerns a folder fail.

   fault_arm(kind, at, lasting, folder) begins to count the calls of that kind, and fault_count() says how many there
   were.  With `lasting` every call after it fails too, as those do to a full disk.  */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OFF, IO_ERROR, NO_SPACE, INTERRUPTED, SHORT, KILLED, CLOCK };
enum { READS = 1, WRITES = 2, NAMES = 4, SYNCS = 8, MAPS = 16 };

static const int concerned[] = {
    [IO_ERROR] = READS | WRITES | NAMES | SYNCS | MAPS, [NO_SPACE] = WRITES | NAMES, [INTERRUPTED] = READS | WRITES | SYNCS,
    [SHORT] = READS | WRITES, [KILLED] = READS | WRITES | NAMES | SYNCS | MAPS,
};
static int kind, lasting;
static long at, calls;
static char folder[PATH_MAX];

void fault_arm(int new_kind, long new_at, int new_lasting, const char *path)
{
    kind = OFF;
    calls = 0;
    at = new_at;
    lasting = new_lasting;
    snprintf(folder, sizeof folder, "%s", path);
    kind = new_kind;
}

long fault_count(void) { return calls; }

static int is_due(void)
{
    long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    return at && (number == at || (lasting && number > at));
}

/* Whether this call is to fail; a short one only where there is something to be shortened. */
static int fails(int what, const char *path)
{
    if (kind == OFF || kind == CLOCK || !(concerned[kind] & what) || strncmp(path, folder, strlen(folder)) || !is_due())
        return 0;
    if (kind == KILLED)
        raise(SIGKILL);
    errno = kind == NO_SPACE ? ENOSPC : kind == INTERRUPTED ? EINTR : EIO;
    return 1;
}

static int fails_of(int what, int file)
{
    char link[64], path[PATH_MAX];
    if (kind == OFF || kind == CLOCK || !(concerned[kind] & what))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return fails(what, path);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)
#define CUT(size) (kind == SHORT ? (size) > 1 ? (size) / 2 : (size) : 0)

/* Reads and writes: a short one does half of what it is asked for. */
#define TRANSFER(name, what, buffer_type, rest, pass) \
    ssize_t name(int file, buffer_type buffer, size_t size rest) \
    { \
        REAL(name); \
        if (fails_of(what, file)) { \
            if (kind != SHORT) return -1; \
            size = CUT(size); \
        } \
        return real(file, buffer, size pass); \
    }
#define NOTHING
#define COMMA ,
TRANSFER(read, READS, void *, NOTHING, NOTHING)
TRANSFER(write, WRITES, const void *, NOTHING, NOTHING)
TRANSFER(pread, READS, void *, COMMA off_t place, COMMA place)
TRANSFER(pread64, READS, void *, COMMA off64_t place, COMMA place)
TRANSFER(pwrite, WRITES, const void *, COMMA off_t place, COMMA place)
TRANSFER(pwrite64, WRITES, const void *, COMMA off64_t place, COMMA place)

#define VECTORED(name, what, rest, pass) \
    ssize_t name(int file, const struct iovec *parts, int count rest) \
    { \
        REAL(name); \
        if (fails_of(what, file)) { \
            if (kind != SHORT) return -1; \
            struct iovec first = {parts[0].iov_base, CUT(parts[0].iov_len)}; \
            return real(file, &first, 1 pass); \
        } \
        return real(file, parts, count pass); \
    }
VECTORED(writev, WRITES, NOTHING, NOTHING)
VECTORED(readv, READS, NOTHING, NOTHING)
VECTORED(preadv, READS, COMMA off_t place, COMMA place)
VECTORED(preadv64, READS, COMMA off64_t place, COMMA place)
VECTORED(preadv2, READS, COMMA off_t place COMMA int flags, COMMA place COMMA flags)
VECTORED(preadv64v2, READS, COMMA off64_t place COMMA int flags, COMMA place COMMA flags)

#define OF_FILE(type, name, what, failed, arguments, ...) \
    type name arguments { REAL(name); return fails_of(what, file) ? failed : real(__VA_ARGS__); }
OF_FILE(int, fsync, SYNCS, -1, (int file), file)
OF_FILE(int, fdatasync, SYNCS, -1, (int file), file)
OF_FILE(int, ftruncate, WRITES, -1, (int file, off_t size), file, size)
OF_FILE(int, ftruncate64, WRITES, -1, (int file, off64_t size), file, size)
OF_FILE(void *, mmap, MAPS, MAP_FAILED, (void *to, size_t size, int may, int flags, int file, off_t place), to, size, may, flags, file, place)
OF_FILE(void *, mmap64, MAPS, MAP_FAILED, (void *to, size_t size, int may, int flags, int file, off64_t place), to, size, may, flags, file, place)

#define OF_PATH(name, arguments, ...) \
    int name arguments { REAL(name); return fails(NAMES, path) ? -1 : real(__VA_ARGS__); }
OF_PATH(rename, (const char *path, const char *to), path, to)
OF_PATH(renameat, (int from, const char *path, int into, const char *to), from, path, into, to)
OF_PATH(link, (const char *path, const char *to), path, to)
OF_PATH(linkat, (int from, const char *path, int into, const char *to, int flags), from, path, into, to, flags)
OF_PATH(mkdir, (const char *path, mode_t mode), path, mode)
OF_PATH(chmod, (const char *path, mode_t mode), path, mode)

/* What is opened for writing makes a name; what is opened for reading is read. */
#define OPEN(name, first, pass) \
    int name(first const char *path, int flags, ...) \
    { \
        REAL(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return kind != SHORT && fails(flags & O_CREAT ? NAMES : READS, path) ? -1 : real(pass path, flags, mode); \
    }
OPEN(open, NOTHING, NOTHING)
OPEN(open64, NOTHING, NOTHING)
OPEN(openat, int at_folder COMMA, at_folder COMMA)
OPEN(openat64, int at_folder COMMA, at_folder COMMA)

/* The clock of the day leaps ten years, to and fro. */
static long leap(void) { return kind == CLOCK && is_due() ? (calls % 2 ? -1 : 1) * 10L * 365 * 86400 : 0; }

int clock_gettime(clockid_t clock, struct timespec *told)
{
    REAL(clock_gettime);
    int failed = real(clock, told);
    if (clock == CLOCK_REALTIME && !failed)
        told->tv_sec += leap();
    return failed;
}

int gettimeofday(struct timeval *told, void *zone)
{
    REAL(gettimeofday);
    int failed = real(told, zone);
    if (!failed)
        told->tv_sec += leap();
    return failed;
}

time_t time(time_t *told)
{
    REAL(time);
    time_t now = real(NULL) + leap();
    if (told)
        *told = now;
    return now;
}
