package dev.skerry.proxy.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where the writer thread puts its bytes. One thread. */
sealed interface LogSink extends AutoCloseable {
    void write(byte[] bytes, int length) throws IOException;

    /** Opens the path anew when it no longer names the file that is open, or when forced. */
    void follow(boolean force) throws IOException;

    @Override
    void close() throws IOException;

    /** A stream that is not ours to close, such as standard output. */
    record Stream(OutputStream out) implements LogSink {
        @Override
        public void write(byte[] bytes, int length) throws IOException {
            out.write(bytes, 0, length);
            out.flush();
        }

        @Override
        public void follow(boolean force) {}

        @Override
        public void close() {}
    }

    /** A file that is appended to, and that a log rotation may move away. */
    final class ToFile implements LogSink {
        private final Path path;
        private FileChannel channel;
        private @Nullable Object identity;

        ToFile(Path path) throws IOException {
            this.path = path;
            this.channel = open(path);
            this.identity = identity(path);
        }

        @Override
        public void write(byte[] bytes, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void follow(boolean force) throws IOException {
            if (!force && sameFile()) {
                return;
            }
            // Opened first: when that fails, the old file still takes the lines.
            FileChannel fresh = open(path);
            FileChannel old = channel;
            channel = fresh;
            identity = identity(path);
            old.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        private boolean sameFile() throws IOException {
            try {
                Object now = identity(path);
                return now == null || now.equals(identity);
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        private static @Nullable Object identity(Path path) throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        }

        private static FileChannel open(Path path) throws IOException {
            return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
