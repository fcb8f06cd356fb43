package dev.skerry.cli.up;

import dev.skerry.config.node.Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What runs where, and what to try on it, as it is printed when a network is up.
 *
 * @param readyMillis from start to ready
 * @param origin the URL of the origin
 * @param demo whether that is the demo site
 * @param nodes shield first
 */
record UpMap(
        long readyMillis,
        String control,
        String router,
        String origin,
        boolean demo,
        List<Node> nodes,
        Path adminToken) {
    /** Copies the list. */
    UpMap {
        nodes = List.copyOf(nodes);
    }

    /** A node, and where it is. */
    record Node(String name, String pop, String url, String admin) {}

    /** Something to try: why, and what to paste. */
    record Trial(String why, String command) {}

    static String url(InetSocketAddress address) {
        Address text = new Address(address.getAddress().getHostAddress(), address.getPort());
        return "http://" + text;
    }

    /** All of it, line by line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "Skerry is up after %.1f s. Ctrl-C ends it.",
                        readyMillis / 1000.0));
        lines.add("");
        lines.add(row("router", router, "sends each client to its edge; in a browser: " + router));
        for (Node node : nodes) {
            String where = node.pop().isEmpty() ? "" : "in " + node.pop() + "; ";
            lines.add(row(node.name(), node.url(), where + "metrics " + node.admin() + "/metrics"));
        }
        lines.add(row("origin", origin, demo ? "a demo site; /try says what it has" : ""));
        lines.add(row("control", control, "API /openapi.json; token in " + adminToken));
        lines.add("");
        int number = 1;
        for (Trial trial : trials()) {
            lines.add(number++ + ". " + trial.why());
            lines.add("   " + trial.command());
        }
        return lines;
    }

    /** Five things to try. */
    List<Trial> trials() {
        String edge = nodes.get(1).url();
        String page = demo ? "/news" : "/";
        String fetch = "curl -s -D - -o - " + edge + page;
        String show =
                demo ? " | grep -iE '^(cache-status|observation)'" : " | grep -i ^cache-status";
        String what = demo ? "--tag news" : "--everything";
        return List.of(
                new Trial(
                        "Fetch twice: a miss, then a hit"
                                + (demo ? " with the same text, though there are newer news" : ""),
                        "for i in 1 2; do " + fetch + show + "; done"),
                new Trial(
                        demo
                                ? "Purge by tag, and see who has acknowledged it"
                                : "Purge everything, and see who has acknowledged it",
                        "./skerry purge --control "
                                + control
                                + " --token "
                                + adminToken
                                + " --site "
                                + SiteSetup.SITE
                                + " "
                                + what),
                new Trial("Fetch again: a miss, from the origin", fetch + show),
                new Trial(
                        "Be redirected from two places",
                        "for ip in 141.20.5.1 8.8.8.8; do curl -s -o /dev/null -w \"$ip goes to"
                                + " %{redirect_url}\\n\" -H \"X-Forwarded-For: $ip\" "
                                + router
                                + page
                                + "; done"),
                new Trial(
                        "Read the metrics",
                        "curl -s "
                                + nodes.get(1).admin()
                                + "/metrics | grep ^skerry_http_requests_total | grep -v ' 0.0$'"));
    }

    private static String row(String name, String url, String what) {
        return String.format(Locale.ROOT, "  %-9s%-27s%s", name, url, what).stripTrailing();
    }
}
