package dev.skerry.config.node;

import dev.skerry.config.CacheSettings;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.config.routing.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one edge or shield process runs.
 *
 * @param role which process
 * @param name the node's name in Via, CDN-Loop, logs and metrics; a token of RFC 9110
 * @param pop the location, null when none is named
 * @param listen plain HTTP for clients
 * @param tls HTTPS for clients, null for none
 * @param admin metrics, health and purge; never for clients
 * @param adminTokenFile the bearer token that the admin port asks for, null for none
 * @param debugTokenFile the token that lets a request be told its cache key, null for none
 * @param origins origins given without a site file
 * @param shields shields that an edge asks; empty: the origins themselves
 * @param control the control plane that brings sites and purges, null for none; then {@code state}
 *     is there, and neither {@code origins} nor {@code siteFile} are
 * @param memoryBytes budget of memory tier, index and bodies in flight
 * @param defaultTtl lifetime of cacheable responses that carry neither freshness nor a validator,
 *     where a site names none; null: none
 * @param disks where responses are kept besides memory; none: nowhere
 * @param diskScrub bytes a second that are read of the disks in the background, all together; 0:
 *     none
 * @param state the directory where purges are remembered, null: in memory only; there is one
 *     wherever there is a disk
 * @param siteFile the site documents, null when {@code origins} are given instead
 * @param fleetKeyFile the key that signs the fields between our own nodes, null for none
 * @param accessLog where the access log goes
 * @param ca certificates (PEM) that origins and shields are judged by in addition, null for none
 * @param drainTimeout how long running exchanges may go on after SIGTERM
 * @param limits bounds on what clients may ask
 * @param ioThreads threads that move bytes; 0: by the number of processors
 */
public record NodeSettings(
        Role role,
        String name,
        @Nullable String pop,
        Address listen,
        @Nullable Tls tls,
        Address admin,
        @Nullable Path adminTokenFile,
        @Nullable Path debugTokenFile,
        List<Origin> origins,
        List<Origin> shields,
        @Nullable Control control,
        long memoryBytes,
        @Nullable Duration defaultTtl,
        List<Disk> disks,
        long diskScrub,
        @Nullable Path state,
        @Nullable Path siteFile,
        @Nullable Path fleetKeyFile,
        AccessLogTarget accessLog,
        @Nullable Path ca,
        Duration drainTimeout,
        Limits limits,
        int ioThreads) {
    /** The smallest memory budget. */
    public static final long MIN_MEMORY_BYTES = 32L << 20;

    /** The slowest reading of disks in the background. */
    public static final long MIN_SCRUB = 64L << 10;

    /** The fastest. */
    public static final long MAX_SCRUB = 16L << 30;

    /** The fastest that nobody asked for: a disk that turns is to notice little. */
    private static final long MOST_USUAL_SCRUB = 16L << 20;

    private static final long WEEK_SECONDS = Duration.ofDays(7).toSeconds();

    /** Copies the lists. */
    public NodeSettings {
        origins = List.copyOf(origins);
        shields = List.copyOf(shields);
        disks = List.copyOf(disks);
        if (state == null && !disks.isEmpty()) {
            throw new IllegalArgumentException("a disk needs a state directory");
        }
    }

    /** The site of a node without a site file. */
    public Site standaloneSite() {
        return Site.standalone(origins, CacheSettings.DEFAULTS.withDefaultTtl(defaultTtl));
    }

    /** How fast these disks are read in the background where nobody said: once a week. */
    static long usualScrub(List<Disk> disks) {
        long bytes = disks.stream().mapToLong(Disk::bytes).sum();
        return Math.clamp(bytes / WEEK_SECONDS, MIN_SCRUB, MOST_USUAL_SCRUB);
    }

    /**
     * A directory where responses are kept.
     *
     * @param directory of this node alone; made if absent
     * @param bytes what its files may take
     */
    public record Disk(Path directory, long bytes) {
        /** The smallest disk. */
        public static final long MIN_BYTES = 64L << 20;

        /** The largest disk. */
        public static final long MAX_BYTES = 1L << 50;
    }

    /** A TLS listener: certificate chain and private key in PEM files. */
    public record Tls(Address listen, Path certificate, Path key) {}

    /**
     * How a node follows the control plane.
     *
     * @param urls at least one, the preferred first; without a path, and plain HTTP only on
     *     loopback
     * @param tokenFile the bearer token that opens it
     * @param publicUrl see {@link #publicUrl(int)}; null when none was given
     * @param longestWait how long a restarted node waits for the control plane before it serves
     *     without
     * @param purgeFrom networks from which an edge hands on purges that are sent to sites' URLs
     * @param purgeTokenFile the bearer token that it lends them; null for none
     */
    public record Control(
            List<Origin> urls,
            Path tokenFile,
            @Nullable String publicUrl,
            Duration longestWait,
            List<Cidr> purgeFrom,
            @Nullable Path purgeTokenFile) {
        /** Copies the lists. */
        public Control {
            urls = List.copyOf(urls);
            purgeFrom = List.copyOf(purgeFrom);
        }

        /**
         * Where clients reach an edge: a URL without a path, {@code {host}} for the request's host.
         *
         * @param port of the plain listener
         */
        public String publicUrl(int port) {
            return publicUrl == null ? "http://{host}:" + port : publicUrl;
        }
    }
}
