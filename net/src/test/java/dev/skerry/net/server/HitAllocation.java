package dev.skerry.net.server;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Not a test: serves one memory hit of the given size on the given port and prints, once a second,
 * how many requests were answered and what one allocated on the I/O thread. Put a load generator in
 * front.
 */
final class HitAllocation {
    private HitAllocation() {}

    /** Arguments: port, body bytes, seconds. */
    public static void main(String[] args) throws Exception {
        ByteBuffer body = ByteBuffer.allocateDirect(Integer.parseInt(args[1]));
        ByteBuffer lines =
                ByteBuffer.wrap(
                        """
                        Content-Type: text/html; charset=utf-8\r
                        Date: Mon, 23 Nov 2026 00:00:00 GMT\r
                        Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r
                        ETag: "5f3759df"\r
                        Cache-Control: public, max-age=3600\r
                        Vary: Accept-Encoding\r
                        """
                                .getBytes(StandardCharsets.US_ASCII));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] seen = new long[2];
        ExchangeHandler hit =
                exchange -> {
                    exchange.sendStored(200, lines, "Age: 10\r\nVia: 1.1 s\r\n", body, () -> {});
                    seen[0]++;
                    seen[1] = Thread.currentThread().threadId();
                };
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        try (HttpServer server =
                HttpServer.start(ServerOptions.plain(address).withIoThreads(1), hit)) {
            System.out.println("listening on " + server.address());
            long count = 0;
            long bytes = 0;
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                Thread.sleep(1000);
                long countNow = seen[0];
                long bytesNow = seen[1] == 0 ? 0 : threads.getThreadAllocatedBytes(seen[1]);
                long requests = countNow - count;
                if (requests > 0) {
                    System.out.println(
                            requests + " requests, " + (bytesNow - bytes) / requests + " B each");
                }
                count = countNow;
                bytes = bytesNow;
            }
        }
    }
}
