"""What the console says of keys, checkpoints, receipts, restores and erasures, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

LOG: Mapping[str, tuple[str, str]] = {
    "key_made": (
        "已生成签名密钥 {path}（仅限本人读取，请另存备份）；公钥 {vkey}",
        "made the signing key {path}, for its owner's eyes alone: keep a copy; its verifier key is {vkey}",
    ),
    "key_in_force": (
        "此后由新密钥 {path} 签名；公钥 {vkey}",
        "from here on the new key {path} signs; its verifier key is {vkey}",
    ),
    "anchored_at": ("每个检查点同时存入 {path}", "every checkpoint also goes to {path}"),
    "published_to": ("已签名至第 {size} 条事件", "signed as far as event count {size}"),
    "never_signed": (
        "这份日志没有签过名。用 xiada audit keygen 生成密钥。",
        "The log was never signed. Make a key with: xiada audit keygen",
    ),
    "in_step": ("{path} 已存有最新的检查点", "{path} holds the newest checkpoint"),
    "out_of_step": ("{path} 没有最新的检查点", "{path} lacks the newest checkpoint"),
    "receipt_written": (
        "已写入回执 {file}：日志第 {index} 条，{ref}",
        "wrote the receipt {file}: log index {index}, {ref}",
    ),
    "receipt_holds": (
        "回执成立：日志 {log} 共 {size} 条，其第 {index} 条为：",
        "the receipt holds: in log {log} of size {size}, at index {index} stands:",
    ),
    "receipt_signed": ("签名公钥：{vkey}", "signed by {vkey}"),
    "restored": (
        "已声明恢复：日志自第 {index} 条起为 {origin}",
        "the restore is declared: from log index {index} on the log is {origin}",
    ),
    "erased": (
        "已删除文本 {commitment}…，记入日志第 {index} 条；此前的备份中仍有该文本",
        "erased the text {commitment}…, recorded at log index {index}; earlier copies of the file still hold it",
    ),
    "erased_before": (
        "文本 {commitment}… 此前已删除，未重复写入",
        "the text {commitment}… was erased before, nothing written",
    ),
    "trouble": ("注意：{what}", "Note: {what}"),
    "epoch": (
        "第 {epoch} 期：保留 {kept} 条，外存检查点为 {lost} 条",
        "epoch {epoch}: kept {kept}, held outside {lost}",
    ),
    "of_event": ("日志第 {index} 条的文本", "the text of log index {index}"),
}
