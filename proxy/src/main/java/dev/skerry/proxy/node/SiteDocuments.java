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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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

    private final KeptFile file;
    private final Map<String, SiteDocument> documents = new TreeMap<>();
    private final Map<String, Site> sites = new TreeMap<>();
    private final Map<String, SiteProblem> wrong = new TreeMap<>();
    private volatile List<SiteProblem> problems = List.of();

    SiteDocuments(Path directory) {
        this.file = KeptFile.of(directory, FILE);
    }

    /**
     * Reads what was kept.
     *
     * @return whether there was a whole file; else there are no documents
     */
    boolean restore() throws IOException {
        Optional<String> text = file.read();
        if (text.isEmpty()) {
            return false;
        }
        List<SiteDocument> read = new ArrayList<>();
        try {
            for (String line : text.get().lines().toList()) {
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
        file.write(text.toString());
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
