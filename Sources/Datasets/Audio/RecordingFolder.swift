/// The WAV files of a folder, whose classes stand in their names; each is read when it is asked
/// for.
///
/// ```swift
/// let digits = try RecordingFolder("fsdd", pattern: "{label}_{speaker}_{index}.wav")
/// let test = digits.places { (Int($0.fields["index"] ?? "") ?? 0) < 5 }
/// ```
public struct RecordingFolder: Dataset {
  /// A file of the folder.
  public struct File: Sendable, Hashable {
    /// Where it stands.
    public let path: String
    /// Its class.
    public let label: Int
    /// What the parts of the pattern are in its name.
    public let fields: [String: String]
  }

  /// The files, in the order of their names.
  public let files: [File]
  /// What the pattern's part `label` was, sorted by code points; a label is a place here.
  public let classNames: [String]
  /// How many files were passed over, because they are hidden or their names do not end in the
  /// pattern's last characters.
  public let ignoredCount: Int
  /// The rate to which every sound is resampled; nil leaves them as they are.
  public let sampleRate: Int?
  /// Whether channels are mixed to one.
  public let isMono: Bool

  /// Lists a folder, without its folders inside.
  ///
  /// - Parameters:
  ///   - pattern: the form of a file's name, with parts in braces, of which one is `{label}`; a part
  ///     is as short as it can be, and the last as long as it must be. Stops when it has no such part,
  ///     or two parts touch each other.
  ///   - sampleRate: the rate to which every sound is resampled; nil leaves them as they are.
  ///   - isMono: whether channels are mixed to one.
  /// - Throws: `DatasetError` when the folder cannot be read, the name of a file that ends as the
  ///   pattern does not fit it, or there is none.
  public init(
    _ path: String, pattern: String = "{label}_{speaker}_{index}.wav", sampleRate: Int? = nil,
    isMono: Bool = true
  ) throws(DatasetError) {
    let pattern = NamePattern(pattern, required: "label")
    var named: [(path: String, fields: [String: String])] = []
    var ignoredCount = 0
    for entry in try FolderEntry.list(path) where entry.kind == .file {
      if entry.isHidden || !entry.name.hasSuffix(pattern.ending) {
        ignoredCount += 1
        continue
      }
      guard let fields = pattern.fields(of: entry.name) else {
        throw DatasetError(
          .wrongName, file: entry.path, found: entry.name, expected: "a name like \(pattern)")
      }
      named.append((entry.path, fields))
    }
    guard !named.isEmpty else {
      throw DatasetError(
        .noExamples, file: path, found: "no file", expected: "files with names like \(pattern)")
    }
    let classNames = Set(named.compactMap { $0.fields["label"] }).sorted(by: isBeforeByCodePoints)
    let labels = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
    files = named.map {
      File(path: $0.path, label: labels[$0.fields["label"] ?? ""] ?? 0, fields: $0.fields)
    }
    self.classNames = classNames
    self.ignoredCount = ignoredCount
    self.sampleRate = sampleRate
    self.isMono = isMono
  }

  public var count: Int { files.count }

  /// How many classes there are.
  public var classCount: Int { classNames.count }

  /// Reads a file.
  ///
  /// - Throws: `DatasetError` when it is no sound WAV file, or too long at the other rate.
  public func example(at place: Int) throws(DatasetError) -> Labelled<Waveform> {
    let file = files[place]
    let sound = try Waveform(contentsOf: file.path, sampleRate: sampleRate, isMono: isMono)
    return Labelled(sound, label: file.label)
  }

  /// The places of the files for which `condition` holds, as `Subset` takes them.
  public func places(where condition: (File) -> Bool) -> [Int] {
    files.indices.filter { condition(files[$0]) }
  }
}
