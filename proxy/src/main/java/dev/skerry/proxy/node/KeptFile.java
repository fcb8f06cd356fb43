package dev.skerry.proxy.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small text that a node keeps in its state directory: whole lines, then one with their checksum.
 * A crash leaves the text before or the text after.
 */
final class KeptFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeptFile.class);
    private static final String LAST_LINE = "end ";

    private final Path directory;
    private final Path file;
    private final FileAttribute<?>[] attributes;

    private KeptFile(Path directory, String name, FileAttribute<?>... attributes) {
        this.directory = directory;
        this.file = directory.resolve(name);
        this.attributes = attributes;
    }

    /** A file for whoever the process's umask lets in. */
    static KeptFile of(Path directory, String name) {
        return new KeptFile(directory, name);
    }

    /** A file that nobody but the process's user may read. */
    static KeptFile ofSecret(Path directory, String name) {
        return new KeptFile(
                directory,
                name,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The text; empty if there is none, or what is there is not what was written. */
    Optional<String> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // Not decoded strictly: what is no UTF-8 has another checksum.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int end = text.lastIndexOf(LAST_LINE);
        if (end < 0 || !text.substring(end).equals(lastLine(text.substring(0, end)))) {
            LOG.error("{} is damaged or not whole, and not used", file);
            return Optional.empty();
        }
        return Optional.of(text.substring(0, end));
    }

    /**
     * Replaces the text, durably.
     *
     * @param text whole lines
     */
    void write(String text) throws IOException {
        Path fresh = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel to =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + lastLine(text));
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            to.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** A flipped bit would else be something that nobody has written. */
    private static String lastLine(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return LAST_LINE + HexFormat.of().toHexDigits((int) sum.getValue()) + "\n";
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
