package dev.skerry.cache.store.disk.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file that holds a {@link Superblock}: lines of text, so that an operator can read whose a
 * directory is, the last of them a checksum of the others. It is replaced by a rename.
 */
final class SuperblockFile {
    static final String NAME = "skerry-disk";
    static final String NEXT = "skerry-disk.next";

    private static final String FORMAT = "skerry disk format ";
    private static final int MAX_BYTES = 1 << 16;

    private final Path directory;

    SuperblockFile(Path directory) {
        this.directory = directory;
    }

    boolean exists() {
        return Files.exists(directory.resolve(NAME));
    }

    /**
     * Reads it.
     *
     * @throws RefusedException if it is damaged or of another format
     */
    Superblock read() throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.size(file) > MAX_BYTES) {
            throw damaged();
        }
        return parseChecked(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    Superblock parseChecked(String text) throws RefusedException {
        int end = text.indexOf('\n');
        if (end < 0 || !text.startsWith(FORMAT)) {
            throw damaged();
        }
        String format = text.substring(FORMAT.length(), end);
        if (!format.equals(String.valueOf(Superblock.FORMAT))) {
            throw new RefusedException(
                    "%s has disk format %s; this version of Skerry reads format %d only. Use the"
                                    .formatted(directory, format, Superblock.FORMAT)
                            + " version that wrote it, or empty the directory.");
        }
        int sum = text.lastIndexOf("sum ");
        if (sum < 0 || !text.substring(sum).equals(sum(text.substring(0, sum)))) {
            throw damaged();
        }
        return parse(text.substring(end + 1, sum));
    }

    private Superblock parse(String lines) throws RefusedException {
        UUID disk = null;
        String lineage = "";
        long segmentBytes = 0;
        List<Superblock.Era> eras = new ArrayList<>();
        try {
            for (String line : lines.lines().toList()) {
                int space = line.indexOf(' ');
                String value = line.substring(space + 1);
                switch (line.substring(0, Math.max(space, 0))) {
                    case "disk" -> disk = UUID.fromString(value);
                    case "lineage" -> lineage = value;
                    case "segments" -> segmentBytes = Long.parseLong(value);
                    case "era" -> eras.add(era(List.of(value.split(" "))));
                    default -> throw damaged();
                }
            }
            if (disk == null) {
                throw damaged();
            }
            return new Superblock(disk, lineage, segmentBytes, eras);
        } catch (IllegalArgumentException e) {
            throw damaged();
        }
    }

    private static Superblock.Era era(List<String> words) {
        Set<UUID> disks = new HashSet<>();
        words.subList(1, words.size()).forEach(word -> disks.add(UUID.fromString(word)));
        return new Superblock.Era(Long.parseLong(words.get(0)), disks);
    }

    void write(Superblock superblock) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append(Superblock.FORMAT).append('\n');
        text.append("disk ").append(superblock.disk()).append('\n');
        text.append("lineage ").append(superblock.lineage()).append('\n');
        text.append("segments ").append(superblock.segmentBytes()).append('\n');
        for (Superblock.Era era : superblock.eras()) {
            text.append("era ").append(era.firstSegment());
            era.disks().forEach(peer -> text.append(' ').append(peer));
            text.append('\n');
        }
        text.append(sum(text.toString()));
        Path next = directory.resolve(NEXT);
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(directory);
    }

    /** Makes the names in a directory durable. */
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return "sum %08x%n".formatted(sum.getValue()).replace("\r", "");
    }

    private RefusedException damaged() {
        return new RefusedException(
                directory.resolve(NAME)
                        + " is damaged: nobody can tell what this directory holds. Empty the"
                        + " directory to use it anew.");
    }
}
