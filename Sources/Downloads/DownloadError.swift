/// Why a file could not be fetched or unpacked: which, what was found and what was expected.
package struct DownloadError: Error, Hashable, Sendable {
  /// What went wrong.
  package enum Reason: String, Sendable, Hashable, CaseIterable {
    /// The server could not be reached, or the connection broke and could not be mended.
    case connection = "connection failed"
    /// The server refused, or has no such file.
    case refused = "refused by the server"
    /// The server sent to another place that is not followed.
    case redirect = "redirect not followed"
    /// The server sent more than was declared or allowed.
    case tooLarge = "too large"
    /// The server sent less than was declared.
    case endedEarly = "ended early"
    /// The file has another length than the known one.
    case wrongSize = "wrong size"
    /// The file's digest is not the known one.
    case wrongDigest = "wrong digest"
    /// The disk refused.
    case unwritable = "cannot be written"
    /// The archive is damaged.
    case damagedArchive = "damaged archive"
    /// The archive holds what is never unpacked: links, devices, paths that lead outside.
    case unsafeArchive = "unsafe archive"
    /// The task was cancelled; what has arrived is kept for the next try.
    case cancelled = "cancelled"
  }

  package let reason: Reason
  /// The address or the file that the trouble is with.
  package let subject: String
  package let found: String
  package let expected: String
  /// Why other addresses did not give the file either.
  package var others: [DownloadError] = []

  package init(_ reason: Reason, _ subject: String, found: String, expected: String) {
    self.reason = reason
    self.subject = subject
    self.found = found
    self.expected = expected
  }
}

extension DownloadError: CustomStringConvertible {
  package var description: String {
    ([self] + others)
      .map { "\($0.subject): \($0.reason.rawValue): found \($0.found), expected \($0.expected)" }
      .joined(separator: "\n")
  }
}
