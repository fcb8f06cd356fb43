package dev.skerry.cli.up;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * What a network in one process keeps, below one folder: that of the control plane, one for each
 * node, the tokens, and the fleet key.
 */
final class UpFolder {
    private static final int KEY_BYTES = 32;
    private static final int MOST_NUMBER = 5;

    private final Path folder;

    /**
     * Makes the folder if it is absent, for its owner alone, and the fleet key with it.
     *
     * @throws IOException when it cannot be made
     */
    UpFolder(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.exists(fleetKey())) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            writeAlone(fleetKey(), HexFormat.of().formatHex(key));
        }
    }

    Path control() {
        return folder;
    }

    Path state(String node) {
        return folder.resolve(node);
    }

    Path fleetKey() {
        return folder.resolve("fleet.key");
    }

    /** The routing that comes with the program, as a file that a router can read. */
    Path builtInRouting() throws IOException {
        Path file = folder.resolve("routing.yaml");
        try (InputStream in = UpFolder.class.getResourceAsStream("routing.yaml")) {
            if (in == null) {
                throw new IOException("the program has lost its routing.yaml");
            }
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    Path nodeToken() {
        return folder.resolve("node.token");
    }

    Path adminToken() {
        return folder.resolve("admin.token");
    }

    /** The port that the demo site had last; 0 when it had none that is known. */
    int demoPort() {
        try {
            Path file = folder.resolve("demo.port");
            String text = Files.size(file) > MOST_NUMBER ? "" : Files.readString(file);
            return text.matches("[1-9][0-9]{3,4}") && Integer.parseInt(text) <= 0xffff
                    ? Integer.parseInt(text)
                    : 0;
        } catch (IOException e) {
            return 0; // the first start, or as good as that
        }
    }

    /** Remembers it, so that the site's document stays as it is from start to start. */
    void demoPort(int port) throws IOException {
        Files.writeString(folder.resolve("demo.port"), Integer.toString(port));
    }

    private static void writeAlone(Path file, String text) throws IOException {
        try (SeekableByteChannel out =
                Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }
}
