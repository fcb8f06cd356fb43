/** The client side of HTTP: the only package that imports OkHttp. */
@NullMarked
package dev.skerry.net.client;

import org.jspecify.annotations.NullMarked;
