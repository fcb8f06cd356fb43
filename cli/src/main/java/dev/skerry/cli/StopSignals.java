package dev.skerry.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM or SIGINT in the thread that asks, so that a process which drained ends with
 * exit code 0. A shutdown hook could not do that: the JVM then ends with 143 whatever the hook
 * does. A second signal ends the process at once.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private final CountDownLatch first = new CountDownLatch(1);

    private StopSignals() {}

    /** Takes over both signals. */
    static StopSignals install() {
        StopSignals signals = new StopSignals();
        signals.handle("TERM");
        signals.handle("INT");
        return signals;
    }

    /** Returns after the first signal. */
    void await() throws InterruptedException {
        first.await();
    }

    private void received(Object signal) {
        if (first.getCount() == 0) {
            LOG.warn("{} again: stopping without waiting for requests under way", signal);
            Runtime.getRuntime().exit(1);
        }
        LOG.info("{}: draining", signal);
        first.countDown();
    }

    /**
     * By reflection, because javac warns of the only public way to handle a signal, and that
     * warning cannot be suppressed.
     */
    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call =
                    (proxy, method, args) -> {
                        if (method.getDeclaringClass() == handler) {
                            received(args[0]);
                            return null;
                        }
                        return method.invoke(this, args);
                    };
            Object ours =
                    Proxy.newProxyInstance(
                            StopSignals.class.getClassLoader(), new Class<?>[] {handler}, call);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIG{} cannot be handled here: it ends the process without a drain", name, e);
        }
    }
}
