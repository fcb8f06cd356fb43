package dev.skerry.proxy.node;

import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeReport.SiteProblem;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of a node's sites, as the control plane sent them, and what was made of them. A
 * document that this node cannot take leaves its site as it was, and all others alone. One thread
 * at a time, but for {@link #problems}.
 *
 * <p>They are kept in a file, one {@code part} of a snapshot on each line and a checksum on the
 * last, so that a node serves after a restart when the control plane is away (PURGE.md rule 19).
 */
final class SiteDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(SiteDocuments.class);
    private static final String FILE = "sites.jsonl";
    private static final String PART = "part";
    private static final String LAST_LINE = "end ";

    private final Path file;
    private final Path directory;
    private final Map<String, SiteDocument> documents = new TreeMap<>();
    private final Map<String, Site> sites = new TreeMap<>();
    private final Map<String, SiteProblem> wrong = new TreeMap<>();
    private volatile List<SiteProblem> problems = List.of();

    SiteDocuments(Path directory) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
    }

    /**
     * Reads what was kept.
     *
     * @return whether there was a whole file; else there are no documents
     */
    boolean restore() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        // Not decoded strictly: what is no UTF-8 has another checksum.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int end = text.lastIndexOf(LAST_LINE);
        String parts = end < 0 ? "" : text.substring(0, end);
        if (end < 0 || !text.substring(end).equals(lastLine(parts))) {
            LOG.error("{} is damaged or not whole, and not used", file);
            return false;
        }
        List<SiteDocument> read = new ArrayList<>();
        try {
            for (String line : parts.lines().toList()) {
                if (StreamCodec.decode(PART, line) instanceof StreamEvent.SnapshotPart part) {
                    read.addAll(part.sites());
                }
            }
        } catch (MalformedMessage e) {
            LOG.error("{} is damaged and not used: {}", file, e.getMessage());
            return false;
        }
        replaceAll(read);
        return true;
    }

    /** What follows the parts: a flipped bit would else be a rule that nobody has written. */
    private static String lastLine(String parts) {
        CRC32C sum = new CRC32C();
        sum.update(parts.getBytes(StandardCharsets.UTF_8));
        return LAST_LINE + HexFormat.of().toHexDigits((int) sum.getValue()) + "\n";
    }

    /** Keeps the documents as they are now, durably. */
    void keep() throws IOException {
        StringBuilder text = new StringBuilder();
        for (SiteDocument document : documents.values()) {
            text.append(
                            StreamCodec.encode(
                                            new StreamEvent.SnapshotPart(
                                                    List.of(), List.of(document)))
                                    .json())
                    .append('\n');
        }
        text.append(lastLine(text.toString()));
        Path fresh = directory.resolve(FILE + ".new");
        try (FileChannel to =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
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

    /** All sites that can be served, by name. */
    List<Site> sites() {
        return List.copyOf(sites.values());
    }

    /** Documents that could not be taken. */
    List<SiteProblem> problems() {
        return problems;
    }

    /** Takes these for all there are. */
    void replaceAll(List<SiteDocument> all) {
        Set<String> names = all.stream().map(SiteDocument::site).collect(Collectors.toSet());
        documents.keySet().retainAll(names);
        sites.keySet().retainAll(names);
        wrong.keySet().retainAll(names);
        all.forEach(this::put);
    }

    /** Takes a document. */
    void put(SiteDocument document) {
        String name = document.site();
        documents.put(name, document);
        Loaded loaded =
                ConfigLoader.parse(name, document.document().getBytes(StandardCharsets.UTF_8));
        if (loaded.isValid() && loaded.sites().size() == 1) {
            sites.put(name, loaded.sites().getFirst());
            wrong.remove(name);
        } else {
            String detail =
                    loaded.problems().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining("; "));
            wrong.put(name, new SiteProblem(name, document.version(), detail));
            LOG.error(
                    "site {} version {} cannot be taken, {}: {}",
                    name,
                    document.version(),
                    sites.containsKey(name) ? "the one before stays" : "it is not served",
                    detail);
        }
        problems = List.copyOf(wrong.values());
    }

    /** Forgets a site. */
    void remove(String name) {
        documents.remove(name);
        sites.remove(name);
        wrong.remove(name);
        problems = List.copyOf(wrong.values());
    }
}
