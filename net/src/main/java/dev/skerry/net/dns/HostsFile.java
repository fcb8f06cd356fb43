package dev.skerry.net.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A hosts file before anything else; it is read again each time it is asked. */
final class HostsFile implements Lookup {
    private static final Duration HOLDS = Duration.ofSeconds(30);

    private final Path file;
    private final Lookup otherwise;

    HostsFile(Path file, Lookup otherwise) {
        this.file = file;
        this.otherwise = otherwise;
    }

    @Override
    public Answer lookup(String name) throws IOException {
        List<InetAddress> found = find(name);
        if (!found.isEmpty()) {
            return new Answer(found, HOLDS);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("localhost") || lower.endsWith(".localhost")) {
            // RFC 6761 §6.3: never asked of a server.
            return new Answer(List.of(InetAddress.ofLiteral("127.0.0.1")), HOLDS);
        }
        return otherwise.lookup(name);
    }

    private List<InetAddress> find(String name) {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.replaceFirst("#.*", "").strip().split("\\s+", -1);
                for (int i = 1; i < words.length; i++) {
                    if (words[i].equalsIgnoreCase(name)) {
                        found.add(InetAddress.ofLiteral(words[0]));
                        break;
                    }
                }
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            // No file, or a line that begins with no address: what was found so far holds.
        }
        return found;
    }
}
