package dev.skerry.net.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A server on a free port of the loopback address. */
record TestServer(HttpServer server) implements AutoCloseable {
    static TestServer start(ExchangeHandler handler) throws IOException {
        return start(ServerLimits.DEFAULT, handler);
    }

    static TestServer start(ServerLimits limits, ExchangeHandler handler) throws IOException {
        return new TestServer(
                HttpServer.start(
                        ServerOptions.plain(anyPort()).withIoThreads(2).withLimits(limits),
                        handler));
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    RawConnection connect() throws IOException {
        return new RawConnection(server.address());
    }

    static BodySource body(String text) {
        return new BufferSource(
                ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), () -> {});
    }

    @Override
    public void close() {
        server.close();
    }
}
