"""What the console says of a bundle that is not as it was written, in Chinese; English is the engine's own words."""

from __future__ import annotations

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "manifest": "不是规范的清单",
    "format": "是另一种格式的清单",
    "path": "不可能是导出包中的文件名",
    "plain": "不是普通文件",
    "missing": "列在清单中，却不存在",
    "extra": "没有列入清单",
    "twice": "出现两次，或次序不对",
    "length": "超过这类文件的最大长度",
    "size": "大小与清单不符",
    "digest": "SHA-256 与清单不符",
    "tiles": "所列日志分片少于日志条数所需",
    "entries": "所含事件与长度标记不符",
    "tile": "所含哈希的数目不对",
    "line": "有不合规范的行",
    "name": "有内容与名称不符",
    "order": "次序不对，或有重复",
    "note": "有过长或不是文字的签名文书",
    "newest": "不是最后一个检查点",
    "archive": "无法从压缩包中取出",
    "root": "所称的日志根与事件不符",
    "fold": "所列事件无法还原出现状",
}
"""By the names of `engine/bundle/layout.py`; each follows the file it is about."""
