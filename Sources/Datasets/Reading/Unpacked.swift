/// The bytes themselves or, where they are gzip, what they unpack to.
///
/// Throws when the stream is damaged or unpacks to more than `limit` bytes.
package func unpacked(
  _ bytes: [UInt8], file: String, limit: Int = largestByteCount
) throws(DatasetError) -> [UInt8] {
  if !GzipStream.isGzip(bytes) { return bytes }
  var source = ByteSource(bytes, file: file)
  let text = try source.read(limit == .max ? limit : limit + 1)
  guard text.count <= limit else {
    throw DatasetError(
      .tooLarge, file: file, found: "more", expected: "at most \(limit) unpacked bytes")
  }
  return text
}
