package dev.skerry.control.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/** A secret in a file that only its owner may read. */
final class TokenFile {
    private static final Set<PosixFilePermission> OWNER_ALONE =
            PosixFilePermissions.fromString("rw-------");
    private static final int MOST_BYTES = 256;

    private TokenFile() {}

    /**
     * Writes a new secret to a file that is not there yet. If it is there, an earlier start got as
     * far as that and no further, or the store has been lost: what the file holds is taken, so that
     * whoever has copied it can go on.
     *
     * @throws IOException when the file cannot be written, holds something else, or is for others
     *     to read
     */
    static String take(Path file, Supplier<String> secret) throws IOException {
        String made = secret.get();
        try (FileChannel out =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER_ALONE))) {
            ByteBuffer bytes = ByteBuffer.wrap((made + "\n").getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            // Its hash goes into a store that survives a power cut: nobody could get in after one.
            out.force(true);
            return made;
        } catch (FileAlreadyExistsException e) {
            return read(file);
        }
    }

    private static String read(Path file) throws IOException {
        boolean ours =
                Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) <= MOST_BYTES
                        && Files.getPosixFilePermissions(file).equals(OWNER_ALONE);
        String text = ours ? Files.readString(file, StandardCharsets.ISO_8859_1).strip() : "";
        if (!TokenSecret.looksLikeOne(text)) {
            throw new IOException(
                    file
                            + ": this store has no tokens yet, and their first one goes into that"
                            + " file, but there is one that holds no token of 64 hexadecimal"
                            + " digits in mode 600: remove it, or start with another --data");
        }
        return text;
    }
}
