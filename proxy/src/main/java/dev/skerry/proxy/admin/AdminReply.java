package dev.skerry.proxy.admin;

/** What an endpoint of the admin port answers: a whole document, or a stream. */
public sealed interface AdminReply permits AdminAnswer, AdminStream {}
