import Foundation
import FoundationNetworking
import Glibc

/// One answer of a server, written to a partial file while it arrives.
///
/// The session calls on one queue, a call at a time, and nothing else touches the state until the
/// transfer has ended.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  /// What the caller is told, for a bar.
  typealias Report = @Sendable (_ received: Int, _ total: Int?) -> Void

  private let file: RemoteFile
  private let address: String
  private let partial: PartialFile
  private let report: Report
  private let start: Int
  private var descriptor: Int32 = -1
  private var received: Int
  private var expected: Int?
  private var failure: DownloadError?
  private var continuation: CheckedContinuation<DownloadError?, Never>?

  /// A transfer that goes on behind the first `start` bytes of the partial file.
  init(
    _ file: RemoteFile, from address: String, into partial: PartialFile, start: Int,
    report: @escaping Report
  ) {
    self.file = file
    self.address = address
    self.partial = partial
    self.start = start
    self.report = report
    received = start
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Runs the transfer; why it failed, nil where all has arrived.
  func run(timeout: Double) async -> DownloadError? {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? "") else {
      return error(.connection, "an address", "one that begins with http:// or https://")
    }
    var request = URLRequest(url: url, timeoutInterval: timeout)
    // A packed transfer would be unpacked on the way, and no part of it could be asked for.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if start > 0 {
      request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range")
      if let validator = partial.validator(for: address) {
        request.setValue(validator, forHTTPHeaderField: "If-Range")
      }
    }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.httpShouldSetCookies = false
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    let task = session.dataTask(with: request)
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        self.continuation = continuation
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
    session.invalidateAndCancel()
    return Task.isCancelled ? error(.cancelled, "a cancelled task", "the end of the file") : failure
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    let target = request.url?.absoluteString ?? "nowhere"
    let isSecure = address.hasPrefix("https:")
    guard target.hasPrefix("https:") || target.hasPrefix("http:") && !isSecure else {
      failure = error(.redirect, target, isSecure ? "an https address" : "an http address")
      completionHandler(nil)
      return
    }
    completionHandler(request)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if failure == nil { failure = accept(response as? HTTPURLResponse) }
    completionHandler(failure == nil ? .allow : .cancel)
  }

  /// Opens the file where the answer is the one that was asked for; otherwise says why not.
  private func accept(_ response: HTTPURLResponse?) -> DownloadError? {
    guard let response else { return error(.refused, "no HTTP answer", "one") }
    let length = response.value(forHTTPHeaderField: "Content-Length").flatMap(Int.init)
    switch response.statusCode {
    case 200: received = 0
    case 206:
      let range = response.value(forHTTPHeaderField: "Content-Range") ?? "none"
      guard start > 0, range.hasPrefix("bytes \(start)-") else {
        return error(.refused, "the range \(range)", "one from byte \(start)")
      }
    case let code:
      return error(.refused, "status \(code)", start > 0 ? "200 or 206" : "200")
    }
    expected = length.map { $0 + received }
    if let expected, expected > file.limit {
      return error(.tooLarge, "\(expected) bytes", "at most \(file.limit)")
    }
    let mark =
      response.value(forHTTPHeaderField: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
      ?? response.value(forHTTPHeaderField: "Last-Modified")
    partial.note(validator: mark, for: address)
    do throws(DownloadError) {
      descriptor = try partial.open(keeping: received)
    } catch {
      return error
    }
    report(received, expected ?? file.byteCount)
    return nil
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil else { return }
    if received + data.count > min(expected ?? .max, file.limit) {
      failure = error(.tooLarge, "more bytes", "at most \(min(expected ?? .max, file.limit))")
    } else {
      failure = write(data)
    }
    if failure != nil {
      dataTask.cancel()
      return
    }
    received += data.count
    report(received, expected ?? file.byteCount)
  }

  private func write(_ data: Data) -> DownloadError? {
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let put = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if put < 0 && errno == EINTR { continue }
        if put <= 0 { return partial.failure(put < 0 ? errno : ENOSPC) }
        done += put
      }
      return nil
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError problem: (any Error)?
  ) {
    if failure == nil, let problem {
      failure = error(
        descriptor >= 0 ? .endedEarly : .connection, problem.localizedDescription,
        expected.map { "\($0) bytes" } ?? "an answer")
    }
    if failure == nil, descriptor < 0 {
      failure = error(.connection, "no answer", "an answer")
    }
    if failure == nil, let expected, received != expected {
      failure = error(.endedEarly, "\(received) bytes", "\(expected)")
    }
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    continuation?.resume(returning: failure)
    continuation = nil
  }

  private func error(
    _ reason: DownloadError.Reason, _ found: String, _ expected: String
  ) -> DownloadError {
    DownloadError(reason, address, found: found, expected: expected)
  }
}
