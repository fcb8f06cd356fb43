package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A client, and upstreams that do it wrong. */
@Timeout(30)
abstract class UpstreamFaultsScene {
    static final String OK = "HTTP/1.1 200 OK\r\n";

    WatchedHttpClient client;
    final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void open() throws IOException {
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    @AfterEach
    void close() {
        over.countDown();
        client.close();
    }

    ClientFailure failure(Requests request) {
        return assertThrows(ClientFailure.class, () -> client.send(request.build()).close());
    }
}
