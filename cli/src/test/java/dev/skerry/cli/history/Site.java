package dev.skerry.cli.history;

import java.util.List;
import java.util.stream.IntStream;

/** The two sites of a run. */
enum Site {
    /** Serves whatever happens. */
    PLAIN("plain", "127.0.0.1", "serve"),
    /** Serves nothing that may have been purged a lease ago. */
    STRICT("strict", "localhost", "revalidate");

    private final String id;
    private final String host;
    private final String onControlLoss;

    Site(String id, String host, String onControlLoss) {
        this.id = id;
        this.host = host;
        this.onControlLoss = onControlLoss;
    }

    String id() {
        return id;
    }

    String host() {
        return host;
    }

    /** The site of an item. */
    static Site of(String item) {
        return item.startsWith(STRICT.id) ? STRICT : PLAIN;
    }

    List<String> items(int count) {
        return IntStream.range(0, count).mapToObj(i -> id + "-" + i).toList();
    }

    String document(int originPort) {
        return """
        site: %s
        hosts: [%s]
        origins:
          - url: http://127.0.0.1:%d
        allow-origin-fallback: true
        on-control-loss: %s
        """
                .formatted(id, host, originPort, onControlLoss);
    }
}
