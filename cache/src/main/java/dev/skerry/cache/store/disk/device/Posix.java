package dev.skerry.cache.store.disk.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls of Linux that the JDK has no method for; all that are made through the foreign-function
 * interface. Each answers with a count, or with the negative number of its error.
 */
@SuppressWarnings("restricted") // What is linked here is what the class is for.
final class Posix {
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    private static final int SYNC_FILE_RANGE_WRITE = 2;

    static final int PAGE = 4096;

    static final int ADVICE_RANDOM = 1;
    static final int ADVICE_WILL_NEED = 3;
    static final int ADVICE_DONT_NEED = 4;

    private static final int O_RDWR_CLOEXEC = 0x80002;
    private static final int RWF_NOWAIT = 8;
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED = 1;
    private static final long SYS_CACHESTAT = 451;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final long ERRNO =
            CAPTURED.byteOffset(StructLayout.PathElement.groupElement("errno"));

    private static final @Nullable Posix CALLS = link();

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle preadv2;
    private final MethodHandle fadvise;
    private final MethodHandle syncFileRange;
    private final MethodHandle syscall;
    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle mincore;

    /** One a thread: a call takes no memory of its own. */
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    private Posix(Linker linker) {
        open = errno(linker, "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        close = errno(linker, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        preadv2 =
                errno(
                        linker,
                        "preadv2",
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));
        fadvise =
                errno(
                        linker,
                        "posix_fadvise",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        syncFileRange =
                errno(
                        linker,
                        "sync_file_range",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        syscall =
                linker.downcallHandle(
                        symbol(linker, "syscall"),
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
                        Linker.Option.captureCallState("errno"),
                        Linker.Option.firstVariadicArg(1));
        mmap =
                errno(
                        linker,
                        "mmap",
                        FunctionDescriptor.of(
                                JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                JAVA_LONG));
        munmap = errno(linker, "munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        mincore =
                errno(
                        linker,
                        "mincore",
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS));
    }

    /** The calls, where this system has them. */
    static Optional<Posix> calls() {
        return Optional.ofNullable(CALLS);
    }

    /** A descriptor for reading and writing. */
    int open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString(), StandardCharsets.UTF_8);
            MemorySegment state = scratch.get().state;
            return orErrno((int) open.invokeExact(state, name, O_RDWR_CLOEXEC), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int close(int descriptor) {
        try {
            MemorySegment state = scratch.get().state;
            return orErrno((int) close.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads into a direct buffer, which it advances; 0 at the end of the file. */
    int read(int descriptor, ByteBuffer into, long position, boolean wait) {
        Scratch own = scratch.get();
        own.vector.set(ValueLayout.ADDRESS, 0, MemorySegment.ofBuffer(into));
        own.vector.set(JAVA_LONG, 8, into.remaining());
        try {
            long n =
                    (long)
                            preadv2.invokeExact(
                                    own.state,
                                    descriptor,
                                    own.vector,
                                    1,
                                    position,
                                    wait ? 0 : RWF_NOWAIT);
            if (n > 0) {
                into.position(into.position() + (int) n);
            }
            return orErrno((int) n, own.state);
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            // The call knows an address only: nothing else keeps the memory.
            Reference.reachabilityFence(into);
        }
    }

    int advise(int descriptor, long position, long length, int advice) {
        try {
            return -(int)
                    fadvise.invokeExact(scratch.get().state, descriptor, position, length, advice);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sends dirty pages to the device; waits only while more is on its way than it takes. */
    int startWriting(int descriptor, long position, long length) {
        MemorySegment state = scratch.get().state;
        try {
            return orErrno(
                    (int)
                            syncFileRange.invokeExact(
                                    state, descriptor, position, length, SYNC_FILE_RANGE_WRITE),
                    state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many pages of this run are in the page cache; {@code -ENOSYS} on kernels before 6.5. */
    long cachedPages(int descriptor, long position, long length) {
        Scratch own = scratch.get();
        own.range.set(JAVA_LONG, 0, position);
        own.range.set(JAVA_LONG, 8, length);
        try {
            long failed =
                    (long)
                            syscall.invokeExact(
                                    own.state, SYS_CACHESTAT, descriptor, own.range, own.stat, 0);
            return failed < 0 ? -own.state.get(JAVA_INT, ERRNO) : own.stat.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The same through a mapping made for the question: slower, but every kernel has it. */
    long mappedPages(int descriptor, long position, long length) {
        long from = position - position % PAGE;
        long bytes = position + length - from;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = scratch.get().state;
            long at =
                    (long)
                            mmap.invokeExact(
                                    state,
                                    MemorySegment.NULL,
                                    bytes,
                                    PROT_READ,
                                    MAP_SHARED,
                                    descriptor,
                                    from);
            if (at == -1) {
                return -state.get(JAVA_INT, ERRNO);
            }
            MemorySegment pages = arena.allocate(pages(position, length));
            int failed = (int) mincore.invokeExact(state, at, bytes, pages);
            int error = failed < 0 ? state.get(JAVA_INT, ERRNO) : 0;
            int unmapped = (int) munmap.invokeExact(state, at, bytes);
            return error != 0 || unmapped < 0 ? -Math.max(error, 1) : count(pages);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many pages a run touches. */
    static long pages(long position, long length) {
        return (position + length - 1) / PAGE - position / PAGE + 1;
    }

    private static long count(MemorySegment pages) {
        long present = 0;
        for (long i = 0; i < pages.byteSize(); i++) {
            present += pages.get(JAVA_BYTE, i) & 1;
        }
        return present;
    }

    private static int orErrno(int answer, MemorySegment state) {
        return answer < 0 ? -state.get(JAVA_INT, ERRNO) : answer;
    }

    private static @Nullable Posix link() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        try {
            return new Posix(Linker.nativeLinker());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            // Another system, or a C library without one of the calls: reads wait on the pool then.
            return null;
        }
    }

    private static MethodHandle errno(Linker linker, String name, FunctionDescriptor type) {
        return linker.downcallHandle(
                symbol(linker, name), type, Linker.Option.captureCallState("errno"));
    }

    private static MemorySegment symbol(Linker linker, String name) {
        SymbolLookup lookup = linker.defaultLookup();
        return lookup.find(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("a system call threw", e);
    }

    private static final class Scratch {
        private final MemorySegment state;
        private final MemorySegment vector;
        private final MemorySegment range;
        private final MemorySegment stat;

        private Scratch() {
            Arena arena = Arena.ofAuto();
            state = arena.allocate(CAPTURED);
            vector = arena.allocate(16, 8);
            range = arena.allocate(16, 8);
            stat = arena.allocate(40, 8);
        }
    }
}
