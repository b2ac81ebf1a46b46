drop table feed_rejected, feed;
