package dev.skerry.cli.up;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the site of a network that has none to it, through the API, as a user would. */
final class SiteSetup {
    /** The site's name. */
    static final String SITE = "demo";

    private static final Logger LOG = LoggerFactory.getLogger(SiteSetup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern ORIGIN = Pattern.compile("(?m)^ {2}- url: .*$");

    private final String control;
    private final Path adminToken;

    /** For the API at a URL. */
    SiteSetup(String control, Path adminToken) {
        this.control = control;
        this.adminToken = adminToken;
    }

    /** The site in front of an origin, for whoever asks on this machine. */
    static String document(String origin, boolean demo) {
        return """
        site: demo
        hosts: [127.0.0.1, localhost, "[::1]"]
        origins:
          - url: %s
        """
                        .formatted(origin)
                + (demo
                        ? """
                        rules:
                          - match: {path: "/api/**"}
                            pass: true
                        """
                        : "");
    }

    /**
     * Applies the document unless there is one that somebody else has written, or changed.
     *
     * @throws IOException when the API refuses it; the message says why
     */
    void apply(String document) throws IOException, InterruptedException {
        try (HttpClient client = http()) {
            HttpResponse<String> known = send(client, request().GET());
            HttpRequest.Builder put =
                    request()
                            .header("Content-Type", "application/yaml")
                            .PUT(HttpRequest.BodyPublishers.ofString(document));
            if (known.statusCode() == 200) {
                if (known.body().equals(document)) {
                    return;
                }
                if (!isOurs(known.body(), document)) {
                    LOG.info("the site {} stays as it was applied", SITE);
                    return;
                }
                put.header("If-Match", known.headers().firstValue("ETag").orElse("\"0\""));
            }
            HttpResponse<String> answer = send(client, put);
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(
                        "the control plane does not take the site '"
                                + SITE
                                + "': "
                                + answer.statusCode()
                                + " "
                                + answer.body().strip());
            }
        }
    }

    /** Whether a document is one of these, for another origin maybe. */
    private static boolean isOurs(String known, String document) {
        String any = ORIGIN.matcher(known).replaceAll("");
        return any.equals(ORIGIN.matcher(document).replaceAll(""))
                || any.equals(ORIGIN.matcher(document("", true)).replaceAll(""))
                || any.equals(ORIGIN.matcher(document("", false)).replaceAll(""));
    }

    private static HttpClient http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    private HttpRequest.Builder request() throws IOException {
        return HttpRequest.newBuilder(URI.create(control + "/v1/sites/" + SITE))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + Files.readString(adminToken).strip());
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
