package dev.skerry.proxy.node;

import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.store.disk.DiskMarks;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes a disk this node's: the secret of its keys, and the lineage of its ledgers. Both lie
 * in one file beside the ledgers, since a disk is worth nothing without either.
 *
 * <p>Every start with disks draws another lineage. A ledger that was restored from a backup, and so
 * may have forgotten purges, thus does not fit the disks any more that were used since. While the
 * disks are being marked the file names the lineage before as well: a crash then loses none of
 * them.
 */
final class NodeIdentity implements DiskMarks {
    private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);
    private static final String FILE = "identity";
    private static final int LINEAGE_BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern FORM =
            Pattern.compile(
                    "secret ([0-9a-f]{32})\nstart ([0-9]{1,12})\nlineage((?: [0-9a-f]{32})+)\n");

    private final @Nullable KeptFile file;
    private final String secret;
    private final long start;
    private final SecureRandom random;
    private List<String> trusted;

    private NodeIdentity(
            @Nullable KeptFile file,
            String secret,
            long start,
            List<String> trusted,
            SecureRandom random) {
        this.file = file;
        this.secret = secret;
        this.start = start;
        this.trusted = List.copyOf(trusted);
        this.random = random;
    }

    /** Of a node that keeps nothing. */
    static NodeIdentity ofThisProcess(SecureRandom random) {
        return new NodeIdentity(null, drawn(random, KeyHasher.SECRET_BYTES), 0, List.of(), random);
    }

    /**
     * The identity that is kept in a directory, or a new one.
     *
     * @param ledgersAreNew whether nothing is known of any purge: then no disk is this node's
     */
    static NodeIdentity open(Path state, boolean ledgersAreNew, SecureRandom random)
            throws IOException {
        KeptFile file = KeptFile.ofSecret(state, FILE);
        Optional<Matcher> kept = file.read().map(FORM::matcher).filter(Matcher::matches);
        if (kept.isPresent() && ledgersAreNew) {
            LOG.warn("{}: the ledgers beside it are gone; what is on disks is forgotten", file);
        }
        return kept.isEmpty() || ledgersAreNew
                ? new NodeIdentity(
                        file, drawn(random, KeyHasher.SECRET_BYTES), 1, List.of(), random)
                : new NodeIdentity(
                        file,
                        kept.get().group(1),
                        Long.parseLong(kept.get().group(2)) + 1,
                        List.of(kept.get().group(3).strip().split(" ")),
                        random);
    }

    /** Nobody outside may find two targets that meet in one key. */
    KeyHasher keys() {
        return new KeyHasher(HEX.parseHex(secret));
    }

    /** How often the node was started with its disks, this time included; 0 without any. */
    long start() {
        return start;
    }

    @Override
    public synchronized boolean trusts(String mark) {
        return trusted.contains(mark);
    }

    @Override
    public synchronized String begin() throws IOException {
        String mark = drawn(random, LINEAGE_BYTES);
        List<String> both = new ArrayList<>(trusted);
        both.add(mark);
        write(both);
        return mark;
    }

    @Override
    public synchronized void settle() throws IOException {
        write(trusted.subList(trusted.size() - 1, trusted.size()));
    }

    private void write(List<String> lineages) throws IOException {
        trusted = List.copyOf(lineages);
        if (file != null) {
            file.write(
                    "secret %s\nstart %d\nlineage %s\n"
                            .formatted(secret, start, String.join(" ", lineages)));
        }
    }

    private static String drawn(SecureRandom random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HEX.formatHex(drawn);
    }
}
