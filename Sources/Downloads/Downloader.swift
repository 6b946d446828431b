import Datasets
import Foundation
import Glibc

/// Fetches files over HTTP and HTTPS.
///
/// What arrives is written beside the target, in a file that ends in `.partial`, and is renamed
/// once its length and its digest are right: nobody ever sees a part under the target's name. A
/// transfer that broke goes on where it ended (RFC 9110, `Range` and `If-Range`), within a call and
/// from one call to the next; where the server has another file by then, it starts anew.
package struct Downloader: Sendable {
  /// How often a transfer that breaks is taken up again.
  package var attempts: Int
  /// Seconds without a byte after which a transfer counts as broken.
  package var timeout: Double

  package init(attempts: Int = 5, timeout: Double = 60) {
    self.attempts = attempts
    self.timeout = timeout
  }

  /// Fetches a file; does nothing where it is there already, with the right digest.
  ///
  /// - Parameters:
  ///   - path: where it will be; its folder must exist.
  ///   - report: told how many bytes have arrived, and of how many where that is known; called on
  ///     another thread.
  /// - Throws: `DownloadError`, that of the last address, when none gives the file. Bytes that
  ///   turned out wrong are removed; those of a transfer that broke are kept for the next call.
  package func fetch(
    _ file: RemoteFile, to path: String,
    report: @escaping @Sendable (_ received: Int, _ total: Int?) -> Void = { _, _ in }
  ) async throws(DownloadError) {
    if try Downloader.isRight(path, file) { return }
    let partial = PartialFile(for: path)
    var failures: [DownloadError] = []
    for address in file.addresses {
      do throws(DownloadError) {
        try await fetch(file, from: address, into: partial, report)
        try partial.finish()
        return
      } catch {
        failures.append(error)
        if error.reason == .cancelled || error.reason == .unwritable { throw error }
      }
    }
    guard var last = failures.popLast() else {
      throw DownloadError(.connection, path, found: "no address", expected: "at least one")
    }
    last.others = failures
    throw last
  }

  /// Fills the partial file from one address, and checks it.
  private func fetch(
    _ file: RemoteFile, from address: String, into partial: PartialFile,
    _ report: @escaping Transfer.Report
  ) async throws(DownloadError) {
    for attempt in 1...max(1, attempts) {
      let start = resumable(file, address, partial)
      let isFull = start > 0 && start == file.byteCount
      let transfer = Transfer(file, from: address, into: partial, start: start, report: report)
      let failure = isFull ? nil : await transfer.run(timeout: timeout)
      if let failure {
        let isRefused = failure.reason == .refused
        let mustRestart = isRefused && start > 0 && transfer.refusal == .unlikeBeginning
        if failure.reason == .tooLarge || mustRestart { partial.remove() }
        let mayGoOn =
          [.endedEarly, .connection].contains(failure.reason) || mustRestart
          || isRefused && transfer.refusal == .passing
        guard mayGoOn, attempt < attempts else { throw failure }
        // Twice as long each time, from a tenth of a second.
        try? await Task.sleep(for: .milliseconds(100 << min(attempt - 1, 6)))
        continue
      }
      do throws(DownloadError) {
        return try Downloader.require(partial.path, file, address)
      } catch {
        partial.remove()
        // The beginning may have been that of another file.
        guard start > 0, attempt < attempts else { throw error }
      }
    }
  }

  /// From where a transfer may go on: only where the server's mark or a digest will show a
  /// beginning that does not belong to the rest.
  private func resumable(_ file: RemoteFile, _ address: String, _ partial: PartialFile) -> Int {
    let count = partial.count
    let isSafe = partial.validator(for: address) != nil || file.digest != nil
    return isSafe && count <= file.limit ? count : 0
  }

  /// Whether the file is there and right. A folder in its place, or a file that cannot be read, is
  /// an error.
  private static func isRight(_ path: String, _ file: RemoteFile) throws(DownloadError) -> Bool {
    do throws(DatasetError) {
      let count = try OpenFile(path).count
      if let byteCount = file.byteCount, byteCount != count { return false }
      guard let digest = file.digest else { return file.byteCount != nil }
      return try digest.found(in: path) == digest.hexadecimal
    } catch {
      if error.reason == .missingFile { return false }
      throw DownloadError(.unwritable, path, found: error.found, expected: error.expected)
    }
  }

  private static func require(
    _ path: String, _ file: RemoteFile, _ address: String
  ) throws(DownloadError) {
    do throws(DatasetError) {
      let count = try OpenFile(path).count
      if let byteCount = file.byteCount, byteCount != count {
        throw DatasetError(
          .wrongShape, file: path, found: "\(count) bytes", expected: "\(byteCount)")
      }
      guard let digest = file.digest else { return }
      let found = try digest.found(in: path)
      if found != digest.hexadecimal {
        throw DatasetError(.damagedFile, file: path, found: found, expected: digest.hexadecimal)
      }
    } catch {
      let reason: DownloadError.Reason =
        switch error.reason {
        case .wrongShape: .wrongSize
        case .damagedFile: .wrongDigest
        default: .unwritable
        }
      throw DownloadError(reason, address, found: error.found, expected: error.expected)
    }
  }
}
